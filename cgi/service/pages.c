#include "pages.h"

const struct format pages_table[PAGE_COUNT] = {
	[PAGE_FORM] = { "form", "text/html; charset=utf-8", ".html",
			escape_html, FORMAT_PAGE, NULL },
	[PAGE_INDEX] = { "index", "application/json", ".json", escape_json, 0,
			 NULL },
	[PAGE_ERROR] = { "error", "application/json", ".json", escape_json, 0,
			 NULL },
	[PAGE_REFUSED] = { "refused", "text/html; charset=utf-8", ".html",
			   escape_html, FORMAT_PAGE, NULL },
	[PAGE_SHARE] = { "share", "text/html; charset=utf-8", ".html",
			 escape_html, FORMAT_PAGE, NULL },
	[PAGE_SHARE_DATA] = { "share-data", "application/json", ".json",
			      escape_json, 0, NULL },
	[PAGE_SHARED] = { "shared", "text/html; charset=utf-8", ".html",
			  escape_html, FORMAT_PAGE, NULL },
	[PAGE_SHARED_DATA] = { "shared-data", "application/json", ".json",
			       escape_json, 0, NULL },
	[PAGE_SHARES] = { "shares", "text/html; charset=utf-8", ".html",
			  escape_html, FORMAT_PAGE, NULL },
	[PAGE_SHARES_DATA] = { "shares-data", "application/json", ".json",
			       escape_json, 0, NULL },
};

_Static_assert(PAGE_COUNT <= RENDERER_OTHERS_MAX,
	       "the renderer holds every page");
_Static_assert(VALUE_NUMBER_OF_PAGE_NAMES <= TEMPLATE_NAMES_MAX,
	       "a template can number every name");

#define TEXT TEMPLATE_TEXT
#define PLAIN TEMPLATE_PLAIN
#define LIST TEMPLATE_LIST

#define AT(value) [(value)-VALUE_NUMBER_OF_NAMES]

static const struct template_name names[] = {
	AT(VALUE_ERRORS) = { "errors", LIST },
	AT(VALUE_ERROR_POINTER) = { "errorPointer", TEXT },
	AT(VALUE_BASE) = { "base", TEXT },
	AT(VALUE_ASSETS) = { "assets", TEXT },
	AT(VALUE_VERSION) = { "version", TEXT },
	AT(VALUE_FORMATS) = { "formats", LIST },
	AT(VALUE_FORMAT_NAME) = { "formatName", TEXT },
	AT(VALUE_FORMAT_TYPE) = { "formatType", TEXT },
	AT(VALUE_FOR_CREDENTIALS) = { "forCredentials", PLAIN },
	AT(VALUE_FOR_LINKS) = { "forLinks", PLAIN },
	AT(VALUE_SELECTED) = { "selected", PLAIN },
	AT(VALUE_MANIFEST_FORMATS) = { "manifestFormats", LIST },
	AT(VALUE_MANIFEST_FORMAT) = { "manifestFormat", TEXT },
	AT(VALUE_AUTHENTICATION) = { "authentication", LIST },
	AT(VALUE_HAS_AUTHORIZATION) = { "hasAuthorization", PLAIN },
	AT(VALUE_HAS_REMOTE_USER) = { "hasRemoteUser", PLAIN },
	AT(VALUE_HAS_HTTPS) = { "hasHttps", PLAIN },
	AT(VALUE_MAX_BODY) = { "maxBody", PLAIN },
	AT(VALUE_STRANGER) = { "stranger", PLAIN },
	AT(VALUE_CALLER) = { "caller", TEXT },
	AT(VALUE_USER) = { "user", TEXT },
	AT(VALUE_ACCOUNTS) = { "accounts", LIST },
	AT(VALUE_ACCOUNT_NAME) = { "accountName", TEXT },
	AT(VALUE_PARENTS) = { "parents", LIST },
	AT(VALUE_PARENT_NAME) = { "parentName", TEXT },
	AT(VALUE_SEVERAL_PARENTS) = { "severalParents", PLAIN },
	AT(VALUE_DOWNLOADS) = { "downloads", LIST },
	AT(VALUE_DOMAINS) = { "domains", LIST },
	AT(VALUE_SECTION_NAME) = { "sectionName", TEXT },
	AT(VALUE_TTL) = { "ttl", PLAIN },
	AT(VALUE_BUCKETS) = { "buckets", LIST },
	AT(VALUE_PERMISSIONS) = { "permissions", LIST },
	AT(VALUE_SEVERAL_PERMISSIONS) = { "severalPermissions", PLAIN },
	AT(VALUE_METHODS) = { "methods", LIST },
	AT(VALUE_PREFIXES) = { "prefixes", LIST },
	AT(VALUE_WHOLE_BUCKET) = { "wholeBucket", PLAIN },
	AT(VALUE_MAX_TTL) = { "maxTtl", PLAIN },
	AT(VALUE_MAX_LINK_AGE) = { "maxLinkAge", PLAIN },
	AT(VALUE_MAX_ENTRIES) = { "maxEntries", PLAIN },
	AT(VALUE_LIMITS) = { "limits", LIST },
	AT(VALUE_LIMIT_NAME) = { "limitName", TEXT },
	AT(VALUE_LIMIT_WHAT) = { "limitWhat", TEXT },
	AT(VALUE_LIMIT_MOST) = { "limitMost", PLAIN },
	AT(VALUE_LIMIT_SECONDS) = { "limitSeconds", PLAIN },
	AT(VALUE_LIMIT_UNIT) = { "limitUnit", TEXT },
	AT(VALUE_LIMIT_KNOWN) = { "limitKnown", PLAIN },
	AT(VALUE_LIMIT_LEFT) = { "limitLeft", PLAIN },
	AT(VALUE_LIMIT_WAIT) = { "limitWait", PLAIN },
	AT(VALUE_LIMIT_IS_RATE) = { "limitIsRate", PLAIN },
	AT(VALUE_MAY_SHARE) = { "mayShare", PLAIN },
	AT(VALUE_LIFETIMES) = { "lifetimes", LIST },
	AT(VALUE_IS_HOUR) = { "isHour", PLAIN },
	AT(VALUE_IS_DAY) = { "isDay", PLAIN },
	AT(VALUE_IS_WEEK) = { "isWeek", PLAIN },
	AT(VALUE_IS_MONTH) = { "isMonth", PLAIN },
	AT(VALUE_LIFETIME_OTHER) = { "lifetimeOther", TEXT },
	AT(VALUE_LIFETIME) = { "lifetime", TEXT },
	AT(VALUE_FORM_NUMBER) = { "formNumber", TEXT },
	AT(VALUE_USED) = { "used", PLAIN },
	AT(VALUE_STATUS) = { "status", TEXT },
	AT(VALUE_PROBLEM_COUNT) = { "problemCount", PLAIN },
	AT(VALUE_FIELD_PERMISSION) = { "fieldPermission", PLAIN },
	AT(VALUE_FIELD_REPORT) = { "fieldReport", PLAIN },
	AT(VALUE_SHARES) = { "shares", LIST },
	AT(VALUE_SHARE_ID) = { "shareId", PLAIN },
	AT(VALUE_TITLE) = { "title", TEXT },
	AT(VALUE_SHARE_MESSAGE) = { "shareMessage", TEXT },
	AT(VALUE_CREATED_AT) = { "createdAt", PLAIN },
	AT(VALUE_MAX_DOWNLOADS) = { "maxDownloads", PLAIN },
	AT(VALUE_LEFT) = { "downloadsLeft", PLAIN },
	AT(VALUE_USED_UP) = { "usedUp", PLAIN },
	AT(VALUE_IS_OVER) = { "isOver", PLAIN },
	AT(VALUE_BYTES) = { "bytes", PLAIN },
	AT(VALUE_SIZE) = { "size", TEXT },
	AT(VALUE_SHARE_BASE) = { "shareBase", TEXT },
#define NAME(id, name) AT(VALUE_FIELD_##id) = { name, TEXT },
	PAGES_REFILLED(NAME)
#undef NAME
#define NAME(id, name, entries) AT(VALUE_WRONG_##id) = { name, TEXT },
		PAGES_MARKED(NAME)
#undef NAME
			AT(VALUE_REFUSED_PLAIN_HTTP) = { "plainHttp", PLAIN },
	AT(VALUE_REFUSED_OTHERWISE) = { "otherwise", PLAIN },
#define NAME(id, name, status) AT(VALUE_REFUSED_##id) = { name, PLAIN },
	PAGES_REFUSED(NAME)
#undef NAME
};

static const struct template_schema schema = {
	.names = names,
	.count = sizeof(names) / sizeof(names[0]),
	.base = &values_schema,
};

const struct renderer_others pages_others = {
	.list = pages_table,
	.count = PAGE_COUNT,
	.schema = &schema,
};
