/*
 * completion - what bash completion has to know of the commands.
 */
#ifndef MINTAGE_CGI_CLI_COMPLETION_H
#define MINTAGE_CGI_CLI_COMPLETION_H

#include "command.h"

/*
 * Print bash functions to standard output by stdio, for mintage.bash-completion
 * to call. Each prints what it knows of its one argument, and nothing where it
 * knows nothing:
 *
 *   _mintage_commands GROUP             the commands of "token"; all, of ""
 *   _mintage_options COMMAND            the options of "mint" or "token create"
 *   _mintage_choices "COMMAND --OPTION" the values that the option may have
 *   _mintage_kind "COMMAND --OPTION"    what its value is, as usage texts name
 *                                       it: "FILE"
 *   _mintage_kind COMMAND               the same of the command's argument
 *
 * `list` ends with NULL. The caller looks after errors of stdio.
 */
void completion_print(const struct command *const *list);

#endif
