/* right: what the maker of a share may still hand out after the configuration
 * has changed. */
#include "unit_service.h"

#include "cgi/share/right.h"

#define NOW INT64_C(1770000000)
#define DAY 86400

static struct config *config;
static struct share_file share;
static struct share_right right;
static struct problem problem;

/* What can be changed in the configuration. */
static struct {
	const char *caller, *who, *parent, *account, *bucket, *permission;
	const char *prefix, *signer;
	int link_age, ttl;
} now;

static void load(void)
{
	char text[4096];

	config_free(config);
	snprintf(
		text, sizeof(text),
		"[mintage]\naudit-log = audit.log\n"
		"[account main]\nid = aa\n[account other]\nid = bb\n"
		"[parent %s]\naccount = %s\naccess-key-id = idnew\n%s = secret\n"
		"permission = object-read-write\nbuckets = files more\n%s"
		"[caller %s]\n%s\nparents = %s\nbuckets = %s\n"
		"permissions = %s\nprefixes = %s\nmax-ttl = %d\n"
		"max-link-age = %d\n",
		now.parent, now.account,
		now.signer ? "api-token-file" : "secret-access-key-file",
		now.signer ? now.signer : "", now.caller, now.who, now.parent,
		now.bucket, now.permission, now.prefix, now.ttl, now.link_age);
	if (config_load_text(&config, unit_file("mintage.conf"),
			     slice_text(text), &problem))
		fail_msg("%s", problem.message);
}

static int begin(void **state)
{
	(void)state;
	now.caller = "web";
	now.who = "bearer-sha256 = " HASH_OF_FOO;
	now.parent = "portal";
	now.account = "main";
	now.bucket = "files";
	now.permission = "object-read-only";
	now.prefix = "public/";
	now.signer = NULL;
	now.link_age = 30 * DAY;
	now.ttl = 3600;
	share.head = (struct share_head){
		.text = {
			[SHARE_CALLER] = SLICE("web"),
			[SHARE_ACCOUNT] = SLICE("aa"),
			[SHARE_PARENT] = SLICE("portal"),
			[SHARE_BUCKET] = SLICE("files"),
		},
		.number = {
			[SHARE_CREATED] = NOW - 2 * DAY,
			[SHARE_EXPIRES] = NOW + 5 * DAY,
			[SHARE_TTL] = 7200,
		},
	};
	return 0;
}

static enum error settle(void)
{
	enum error error;

	load();
	share_right_end(&right);
	error = share_right_begin(&right, config, &share, NOW, &problem);
	/* No pointer: a visitor has sent no field. */
	if (error)
		assert_string_equal(problem.pointer, "");
	return error;
}

static void test_good(void **state)
{
	(void)state;
	assert_int_equal(settle(), ERROR_NONE);
	assert_string_equal(right.grant.parent->key.access_key_id, "idnew");
	assert_int_equal(right.ttl, 3600); /* the caller's, which is less */
	assert_int_equal(right.expires, NOW + 5 * DAY);
	assert_int_equal(share_right_key_check(&right, slice_text("public/a"),
					       &problem),
			 ERROR_NONE);
	assert_int_equal(share_right_key_check(&right, slice_text("secret/a"),
					       &problem),
			 ERROR_LINK_OVER);
	now.ttl = 604800;
	assert_int_equal(settle(), ERROR_NONE);
	assert_int_equal(right.ttl, 7200);
}

static void test_ends(void **state)
{
	(void)state;
	share.head.number[SHARE_EXPIRES] = NOW;
	assert_int_equal(settle(), ERROR_NONE);
	share.head.number[SHARE_EXPIRES] = NOW - 1;
	assert_int_equal(settle(), ERROR_LINK_OVER);
}

/* A lower max-link-age ends older shares earlier. */
static void test_link_age(void **state)
{
	(void)state;
	now.link_age = 4 * DAY;
	assert_int_equal(settle(), ERROR_NONE);
	assert_int_equal(right.expires, NOW + 2 * DAY);
	now.link_age = 2 * DAY;
	assert_int_equal(settle(), ERROR_NONE);
	now.link_age = 2 * DAY - 1;
	assert_int_equal(settle(), ERROR_LINK_OVER);
}

static void test_gone(void **state)
{
	static const struct {
		const char **what, *becomes;
	} rows[] = {
		{ &now.caller, "portal" },
		{ &now.who, "remote-user = ann" },
		{ &now.who, "remote-user = *" },
		{ &now.parent, "another" },
		{ &now.account, "other" },
		{ &now.bucket, "more" },
		{ &now.permission, "object-write-only" },
		{ &now.signer, "signer = cloudflare\n" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		begin(NULL);
		*rows[i].what = rows[i].becomes;
		if (settle() != ERROR_LINK_OVER)
			fail_msg("row %zu: %d", i, (int)problem.error);
	}
}

/* A user's share is that user's, and has that user's folder. */
static void test_users(void **state)
{
	(void)state;
	now.who = "remote-user = *";
	now.prefix = "users/{user}/";
	share.head.text[SHARE_USER] = slice_text("ann");
	assert_int_equal(settle(), ERROR_NONE);
	assert_int_equal(share_right_key_check(
				 &right, slice_text("users/ann/a"), &problem),
			 ERROR_NONE);
	assert_int_equal(share_right_key_check(
				 &right, slice_text("users/bob/a"), &problem),
			 ERROR_LINK_OVER);
	now.who = "remote-user = bob";
	assert_int_equal(settle(), ERROR_LINK_OVER);
	now.who = "remote-user = ann";
	assert_int_equal(settle(), ERROR_NONE);
	/* A section that is now for a token has no user. */
	now.who = "bearer-sha256 = " HASH_OF_FOO;
	now.prefix = "users/";
	assert_int_equal(settle(), ERROR_LINK_OVER);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_good, begin),
		cmocka_unit_test_setup(test_ends, begin),
		cmocka_unit_test_setup(test_link_age, begin),
		cmocka_unit_test_setup(test_gone, begin),
		cmocka_unit_test_setup(test_users, begin),
	};
	int failed;

	unit_file_write("secret", unit_secret);
	unit_file_write("mintage.conf", "");
	failed = UNIT_RUN(tests);
	share_right_end(&right);
	config_free(config);
	(void)unlink(unit_file("secret"));
	(void)unlink(unit_file("mintage.conf"));
	return rmdir(unit_folder) != 0 || failed;
}
