/*
 * header - a line that begins a section: "[kind NAME] ; comment".
 */
#ifndef MINTAGE_LIB_CONFIG_HEADER_H
#define MINTAGE_LIB_CONFIG_HEADER_H

#include "reading.h"

/* Make reading->text, which begins with '[', the current section. When that
 * can't be done, reading->error and *reading->problem say why. */
void config_header_take(struct config_reading *reading);

#endif
