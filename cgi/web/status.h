/*
 * status - the words of an HTTP status (RFC 9110, 15).
 */
#ifndef MINTAGE_CGI_WEB_STATUS_H
#define MINTAGE_CGI_WEB_STATUS_H

/* The standard reason phrase of `status`, "Error" for one that is not known. */
const char *status_text(int status);

#endif
