/*
 * http.c with memory and a libcurl of the test's own, which notes what it is
 * asked for and fails where it is told to.
 */
#ifndef MINTAGE_UNIT_CURLED_H
#define MINTAGE_UNIT_CURLED_H

#include "unit.h"

#include <curl/curl.h>
#include <stdbool.h>

#include "lib/base/buffer.h"

/* How many of these succeed until one fails; -1: all do. */
static int mallocs_left, adds_left, lines_left;

static bool is_left(int *left)
{
	if (*left == 0)
		return false;
	*left -= *left > 0;
	return true;
}

static void *fake_malloc(size_t size)
{
	return is_left(&mallocs_left) ? malloc(size) : NULL;
}

static void *fake_calloc(size_t count, size_t size)
{
	return is_left(&mallocs_left) ? calloc(count, size) : NULL;
}

static bool fake_add(struct buffer *buffer, const void *data, size_t length)
{
	return is_left(&adds_left) && buffer_add(buffer, data, length);
}

#define malloc fake_malloc
#define calloc fake_calloc
#define buffer_add fake_add
#include "cgi/online/http.c"
#undef malloc
#undef calloc
#undef buffer_add
#undef curl_easy_setopt
#undef curl_easy_getinfo

/* ---- a libcurl ----------------------------------------------------------- */

#define OPTIONS 500

struct handle {
	long numbers[OPTIONS];
	const char *texts[OPTIONS];
	void *private;
};

static struct {
	bool no_init, no_multi, no_easy, no_add;
	struct handle handles[HTTP_MAX];
	size_t made;      /* handles */
	size_t added;     /* handles that are in the multi handle */
	int alive;        /* all that has to be freed */
	CURLMsg *message; /* what curl_multi_info_read says next */
	size_t messages;
	long status;
	curl_off_t retry_after;
	struct curl_waitfd waited;
	int waited_ms;
} libcurl;

static char the_multi;

CURLcode curl_global_init_mem(long flags, curl_malloc_callback m,
			      curl_free_callback f, curl_realloc_callback r,
			      curl_strdup_callback s, curl_calloc_callback c)
{
	(void)flags;
	assert_true(m && f == wipe_free && r == wipe_realloc && s && c);
	if (libcurl.no_init)
		return CURLE_OUT_OF_MEMORY;
	libcurl.alive++;
	return CURLE_OK;
}

void curl_global_cleanup(void)
{
	libcurl.alive--;
}

CURLM *curl_multi_init(void)
{
	if (libcurl.no_multi)
		return NULL;
	libcurl.alive++;
	return (CURLM *)(void *)&the_multi;
}

CURLMcode curl_multi_cleanup(CURLM *multi)
{
	assert_ptr_equal(multi, &the_multi);
	libcurl.alive--;
	return CURLM_OK;
}

CURL *curl_easy_init(void)
{
	if (libcurl.no_easy)
		return NULL;
	libcurl.alive++;
	return (CURL *)&libcurl.handles[libcurl.made++];
}

void curl_easy_reset(CURL *easy)
{
	memset((void *)easy, 0, sizeof(struct handle));
}

void curl_easy_cleanup(CURL *easy)
{
	libcurl.alive -= easy != NULL;
}

CURLcode curl_easy_setopt(CURL *easy, CURLoption option, ...)
{
	struct handle *handle = (struct handle *)(void *)easy;
	size_t place = (size_t)option % 10000;
	va_list list;

	assert_true(place < OPTIONS);
	va_start(list, option);
	if (option == CURLOPT_PRIVATE)
		handle->private = va_arg(list, void *);
	else if (option < CURLOPTTYPE_OBJECTPOINT)
		handle->numbers[place] = va_arg(list, long);
	else if (option < CURLOPTTYPE_FUNCTIONPOINT)
		handle->texts[place] = va_arg(list, char *);
	else if (option >= CURLOPTTYPE_OFF_T)
		handle->numbers[place] = (long)va_arg(list, curl_off_t);
	va_end(list);
	return CURLE_OK;
}

CURLcode curl_easy_getinfo(CURL *easy, CURLINFO info, ...)
{
	struct handle *handle = (struct handle *)(void *)easy;
	va_list list;

	va_start(list, info);
	if (info == CURLINFO_RESPONSE_CODE)
		*va_arg(list, long *) = libcurl.status;
	else if (info == CURLINFO_RETRY_AFTER)
		*va_arg(list, curl_off_t *) = libcurl.retry_after;
	else if (info == CURLINFO_PRIVATE)
		*va_arg(list, char **) = handle->private;
	va_end(list);
	return CURLE_OK;
}

const char *curl_easy_strerror(CURLcode code)
{
	return code == CURLE_COULDNT_CONNECT ? "no connection" : "other";
}

struct curl_slist *curl_slist_append(struct curl_slist *list, const char *text)
{
	struct curl_slist *line, **last = &list;

	if (!is_left(&lines_left))
		return NULL;
	line = calloc(1, sizeof(*line));
	assert_non_null(line);
	line->data = strdup(text);
	while (*last)
		last = &(*last)->next;
	*last = line;
	libcurl.alive++;
	return list;
}

/* All lines were wiped before. */
void curl_slist_free_all(struct curl_slist *list)
{
	while (list) {
		struct curl_slist *line = list;

		list = line->next;
		assert_int_equal(line->data[0], '\0');
		free(line->data);
		free(line);
		libcurl.alive--;
	}
}

CURLMcode curl_multi_add_handle(CURLM *multi, CURL *easy)
{
	assert_non_null(multi);
	assert_non_null(easy);
	if (libcurl.no_add)
		return CURLM_OUT_OF_MEMORY;
	libcurl.added++;
	return CURLM_OK;
}

CURLMcode curl_multi_remove_handle(CURLM *multi, CURL *easy)
{
	assert_non_null(multi);
	assert_non_null(easy);
	libcurl.added--;
	return CURLM_OK;
}

CURLMcode curl_multi_perform(CURLM *multi, int *running)
{
	assert_non_null(multi);
	*running = (int)libcurl.added;
	return CURLM_OK;
}

CURLMsg *curl_multi_info_read(CURLM *multi, int *left)
{
	assert_non_null(multi);
	*left = 0;
	if (libcurl.messages == 0)
		return NULL;
	libcurl.messages--;
	return libcurl.message++;
}

CURLMcode curl_multi_poll(CURLM *multi, struct curl_waitfd files[],
			  unsigned count, int milliseconds, int *number)
{
	assert_non_null(multi);
	assert_int_equal(count, 1);
	assert_null(number);
	libcurl.waited = files[0];
	libcurl.waited_ms = milliseconds;
	return CURLM_OK;
}

#endif
