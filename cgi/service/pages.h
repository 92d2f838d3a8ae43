/*
 * pages - the templates of pages, which are not formats of answers: their list,
 * and the names they may use. cgi/web fills and sends them. The list is here
 * because they are loaded and checked together with the formats' templates.
 */
#ifndef MINTAGE_CGI_SERVICE_PAGES_H
#define MINTAGE_CGI_SERVICE_PAGES_H

#include "lib/render/renderer.h"

enum page_id {
	PAGE_FORM,    /* answers a browser's GET /, and refuses its requests */
	PAGE_INDEX,   /* answers a program's GET / */
	PAGE_ERROR,   /* refuses a program's requests */
	PAGE_REFUSED, /* refuses a download to a browser */
	/* The next are pairs: a page for a browser, and behind it the same as
	 * JSON for a program. */
	PAGE_SHARE, /* a share, to whoever opens it */
	PAGE_SHARE_DATA,
	PAGE_SHARED, /* a share that was just made, to its maker */
	PAGE_SHARED_DATA,
	PAGE_SHARES, /* the caller's shares */
	PAGE_SHARES_DATA,
	PAGE_COUNT
};

/* The template of each enum page_id. */
extern const struct format pages_table[PAGE_COUNT];

/* pages_table as renderer_load takes it; a page's number is its enum page_id. */
extern const struct renderer_others pages_others;

/*
 * The form's fields beside which the form can show what is wrong with what was
 * sent. Columns: ID of FIELD_ID and of VALUE_WRONG_ID, the name of the value,
 * and whether its problems may be about one entry of many. A new field costs a
 * row here and its lines in form.tmpl.
 */
#define PAGES_MARKED(ROW)                              \
	ROW(BUCKET, "wrongBucket", false)              \
	ROW(PARENT, "wrongParent", false)              \
	ROW(PERMISSION, "wrongPermission", false)      \
	ROW(ACTIONS, "wrongActions", false)            \
	ROW(LIFETIME, "wrongLifetime", false)          \
	ROW(TITLE, "wrongTitle", false)                \
	ROW(MESSAGE, "wrongMessage", false)            \
	ROW(MAX_DOWNLOADS, "wrongMaxDownloads", false) \
	ROW(ON_ERROR, "wrongOnError", false)           \
	ROW(FORMAT, "wrongFormat", false)              \
	ROW(METHOD, "wrongMethod", false)              \
	ROW(DISPOSITION, "wrongDisposition", false)    \
	ROW(CACHE_CONTROL, "wrongCacheControl", false) \
	ROW(IF_NONE_MATCH, "wrongIfNoneMatch", false)  \
	ROW(METADATA, "wrongMetadata", false)          \
	ROW(PREFIXES, "wrongPrefixes", true)           \
	ROW(OBJECTS, "wrongObjects", true)             \
	ROW(MANIFEST, "wrongManifest", true)

/* The fields that the form holds again as they were sent. Columns: ID of
 * FIELD_ID and of VALUE_FIELD_ID, and the name of the value. */
#define PAGES_REFILLED(ROW)                     \
	ROW(BUCKET, "fieldBucket")              \
	ROW(ACTIONS, "fieldActions")            \
	ROW(TITLE, "fieldTitle")                \
	ROW(MESSAGE, "fieldMessage")            \
	ROW(MAX_DOWNLOADS, "fieldMaxDownloads") \
	ROW(DISPOSITION, "fieldDisposition")    \
	ROW(CACHE_CONTROL, "fieldCacheControl") \
	ROW(IF_NONE_MATCH, "fieldIfNoneMatch")  \
	ROW(METADATA, "fieldMetadata")          \
	ROW(PREFIXES, "fieldPrefixes")          \
	ROW(OBJECTS, "fieldObjects")            \
	ROW(MANIFEST, "fieldManifest")

/*
 * Why a browser gets no file: PAGE_REFUSED has the words for each. Columns: ID
 * of VALUE_REFUSED_ID, the name of the value, and the status. Other statuses,
 * and plain http where https is required, have values of their own.
 */
#define PAGES_REFUSED(ROW)                    \
	ROW(ADDRESS, "badAddress", 400)       \
	ROW(UNKNOWN, "unknownVisitor", 401)   \
	ROW(FORBIDDEN, "notAllowed", 403)     \
	ROW(MISSING, "noSuchFile", 404)       \
	ROW(OVER, "linkOver", 410)            \
	ROW(TOO_MANY, "tooManyRequests", 429) \
	ROW(UNAVAILABLE, "unavailable", 503)

/*
 * Numbers of the names that pages may use beside those of enum value. A value
 * that is yes or no is "1" or empty.
 */
enum page_value {
	VALUE_ERRORS = VALUE_NUMBER_OF_NAMES, /* list: of a refused request;
					       * sets VALUE_ERROR_CODE and
					       * VALUE_ERROR_MESSAGE too */
	VALUE_ERROR_POINTER, /* to the field or entry; may be empty */

	/* PAGE_FORM and PAGE_INDEX: what may be asked for */
	VALUE_BASE,   /* URL path at which the program is mounted, "" for / */
	VALUE_ASSETS, /* URL path of the folder of styles and scripts, without
		       * a slash at its end; every page has it */
	VALUE_VERSION,
	VALUE_FORMATS, /* list */
	VALUE_FORMAT_NAME,
	VALUE_FORMAT_TYPE,
	VALUE_FOR_CREDENTIALS, /* "1": the format can hold them */
	VALUE_FOR_LINKS,
	VALUE_SELECTED,         /* "1": this row is what was sent */
	VALUE_MANIFEST_FORMATS, /* list: sets VALUE_MANIFEST_FORMAT, what people
				 * call a format of manifests */
	VALUE_MANIFEST_FORMAT,
	VALUE_AUTHENTICATION,    /* list: ways to say who is asking; sets
				  * VALUE_METHOD: "bearer" ... */
	VALUE_HAS_AUTHORIZATION, /* "1": the web server passed it on */
	VALUE_HAS_REMOTE_USER,
	VALUE_HAS_HTTPS,
	VALUE_MAX_BODY, /* bytes */
	VALUE_STRANGER, /* "1": it isn't known who asks */
	VALUE_CALLER,   /* name of the caller's section; empty: nobody */
	VALUE_USER,
	VALUE_ACCOUNTS, /* list: sets also VALUE_ACCOUNT_ID and
			 * VALUE_ENDPOINT */
	VALUE_ACCOUNT_NAME,
	VALUE_PARENTS, /* list, within an account: sets also
			* VALUE_ACCESS_KEY_ID */
	VALUE_PARENT_NAME,
	VALUE_SEVERAL_PARENTS, /* "1": the account has more than one */
	VALUE_DOWNLOADS, /* list, within an account: sections for links with
			  * sign=download. Sets VALUE_SECTION_NAME and
			  * VALUE_BUCKET */
	VALUE_DOMAINS,   /* list, likewise with sign=waf; sets VALUE_TTL too */
	VALUE_SECTION_NAME,
	VALUE_TTL,                 /* seconds */
	VALUE_BUCKETS,             /* list: sets VALUE_BUCKET */
	VALUE_PERMISSIONS,         /* list: sets VALUE_PERMISSION */
	VALUE_SEVERAL_PERMISSIONS, /* "1": the caller has more than one */
	VALUE_METHODS,             /* list, within an account: what links may be
				    * for. Sets VALUE_METHOD and VALUE_IS_GET
				    * ...; in the first row VALUE_METHOD is
				    * empty where that isn't GET */
	VALUE_PREFIXES,            /* list: sets VALUE_PREFIX */
	VALUE_WHOLE_BUCKET, /* "1": a credential without paths is allowed */
	VALUE_MAX_TTL,      /* seconds */
	VALUE_MAX_LINK_AGE, /* likewise */
	VALUE_MAX_ENTRIES,
	VALUE_LIMITS,     /* list: what is left to the caller of each limit that
			   * it has. Sets the following values */
	VALUE_LIMIT_NAME, /* "rate" or "daily-entries" */
	VALUE_LIMIT_WHAT, /* what is counted, in the plural */
	VALUE_LIMIT_MOST, /* how many there may be in any stretch of ... */
	VALUE_LIMIT_SECONDS, /* ... this length */
	VALUE_LIMIT_UNIT,    /* the length in words, such as "hour" */
	VALUE_LIMIT_KNOWN, /* "1": the next two are known; else the limit can't
			    * be counted now */
	VALUE_LIMIT_LEFT,
	VALUE_LIMIT_WAIT,    /* seconds until there is more; 0: all is left */
	VALUE_LIMIT_IS_RATE, /* "1": it counts requests; else entries */

	VALUE_MAY_SHARE, /* "1": shares are kept here */
	VALUE_LIFETIMES, /* list: how long what is asked for may live. In each
			  * row one of the next five says it in words: */
	VALUE_IS_HOUR,   /* "1": an hour */
	VALUE_IS_DAY,    /* "1": a day */
	VALUE_IS_WEEK,   /* "1": a week */
	VALUE_IS_MONTH,  /* "1": 30 days */
	VALUE_LIFETIME_OTHER, /* any other, such as "15 min" or a date */
	VALUE_LIFETIME, /* of each row: the value of the field `lifetime` */

	VALUE_FORM_NUMBER, /* of this account's form, once.h; may be empty */

	/* PAGE_FORM: what was sent, and what is wrong with it */
	VALUE_USED,   /* "1": the form that was sent was used before */
	VALUE_STATUS, /* "400 Bad Request"; empty: nothing is wrong */
	VALUE_PROBLEM_COUNT,
	VALUE_FIELD_PERMISSION, /* "1": a permission was sent */
	VALUE_FIELD_REPORT,     /* "1": onError=report was sent */
#define VALUE_ID(id, name) VALUE_FIELD_##id,
	PAGES_REFILLED(VALUE_ID)
#undef VALUE_ID
/* The problems of each field, one on each line. */
#define VALUE_ID(id, name, entries) VALUE_WRONG_##id,
		PAGES_MARKED(VALUE_ID)
#undef VALUE_ID
	/* The pages of shares. Times are RFC 3339, as VALUE_EXPIRES_AT is. */
	VALUE_SHARES, /* list: each row sets the values of one share */
	VALUE_SHARE_ID,
	VALUE_TITLE,
	VALUE_SHARE_MESSAGE,
	VALUE_CREATED_AT,
	VALUE_MAX_DOWNLOADS, /* of each file; empty: no limit */
	VALUE_IS_OVER,       /* "1": the share's last second is over */
	VALUE_LEFT, /* of an entry: how often it may still be downloaded; empty:
		     * there is no limit */
	VALUE_USED_UP,    /* "1": VALUE_LEFT is 0 */
	VALUE_BYTES,      /* of an entry: its size; empty: nobody told it */
	VALUE_SIZE,       /* the size for people, such as "1.5 MB" */
	VALUE_SHARE_BASE, /* the share's address, which ends without a slash */

	/* PAGE_REFUSED: exactly one is "1" */
	VALUE_REFUSED_PLAIN_HTTP,
	VALUE_REFUSED_OTHERWISE,
#define VALUE_ID(id, name, status) VALUE_REFUSED_##id,
	PAGES_REFUSED(VALUE_ID)
#undef VALUE_ID
		VALUE_NUMBER_OF_PAGE_NAMES /* with those of enum value */
};

#endif
