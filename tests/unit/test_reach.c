/* What one caller may read below a [download]. */
#include "unit.h"

#include "lib/config/reach.h"
#include "lib/sign/key.h"

static struct parent parent = { .key = { .name = "portal" } };
static struct parent second = { .key = { .name = "other" } };
static struct parent *parents[] = { &parent, &second };
static struct slice bucket_list[] = { SLICE("files"), SLICE("more") };
static struct slice prefix_list[4];
static struct caller caller;
static struct download download;
static struct config_reach reach;
static char prefix_text[64], bucket_text[] = "files", user_text[64];

/* A caller who reads files below these prefixes, "|" between them. */
static void be(const char *user, const char *prefixes)
{
	struct slice rest = slice_text(prefixes), word;

	caller = (struct caller){
		.parents = parents,
		.parent_count = 1,
		.buckets = { bucket_list, 2 },
		.permissions = { [PERMISSION_OBJECT_READ_ONLY] = true },
		.prefixes = { prefix_list, 0 },
	};
	if (user) {
		snprintf(user_text, sizeof(user_text), "%s", user);
		caller.remote_user = user_text;
	}
	while (slice_split(&rest, '|', &word))
		prefix_list[caller.prefixes.count++] = word;
}

static void find(const char *prefix)
{
	snprintf(prefix_text, sizeof(prefix_text), "%s", prefix);
	download = (struct download){
		.parent = &parent,
		.bucket = bucket_text,
		.prefix = prefix_text,
	};
	config_reach_find(&reach, &caller, &download);
}

static void all(const char *prefix)
{
	find(prefix);
	assert_int_equal(reach.extent, CONFIG_REACH_ALL);
	assert_int_equal(reach.count, 0);
}

static void part(const char *prefix, const char *first, size_t count)
{
	find(prefix);
	assert_int_equal(reach.extent, CONFIG_REACH_PART);
	assert_int_equal(reach.count, count);
	assert_true(slice_is(reach.prefixes[0], first));
}

static void nothing(const char *prefix, const char *lacks, const char *why)
{
	char text[CONFIG_REACH_WHY_MAX];

	find(prefix);
	assert_int_equal(reach.extent, CONFIG_REACH_NOTHING);
	assert_string_equal(reach.lacks, lacks);
	assert_string_equal(config_reach_why(text, &reach, &download), why);
}

static void test_prefixes(void **state)
{
	(void)state;
	be(NULL, "public/");
	all("public/");
	all("public/2026/");
	part("", "public/", 1);
	part("pub", "public/", 1);
	nothing("private/", "prefixes",
		"none of its 'prefixes' is within 'private/'");
	nothing("Public/", "prefixes",
		"none of its 'prefixes' is within 'Public/'");
	be(NULL, "a/x/|b/|a/y/");
	part("a/", "a/x/", 2);
	be(NULL, "a/x/|a/");
	all("a/");
	be(NULL, "*");
	all("");
	all("any/");
	be(NULL, "");
	caller.whole_bucket = true;
	all("any/");
}

static void test_lacks(void **state)
{
	(void)state;
	be(NULL, "a/");
	caller.parents = parents + 1;
	nothing("a/", "parents", "its 'parents' lack portal");
	be(NULL, "a/");
	caller.parent_count = 0;
	nothing("a/", "parents", "its 'parents' lack portal");
	be(NULL, "a/");
	caller.parent_count = 2;
	all("a/");
	caller.buckets.list = bucket_list + 1;
	caller.buckets.count = 1;
	nothing("a/", "buckets", "its 'buckets' lack files");
	be(NULL, "*");
	caller.permissions[PERMISSION_OBJECT_READ_ONLY] = false;
	nothing("a/", "permissions", "none of its 'permissions' can read");
	caller.permissions[PERMISSION_OBJECT_WRITE_ONLY] = true;
	nothing("a/", "permissions", "none of its 'permissions' can read");
	caller.permissions[PERMISSION_OBJECT_READ_WRITE] = true;
	all("a/");
	/* A token has no user. */
	nothing("users/{user}/", "remote-user",
		"it has no user that {user} could stand for");
}

static void test_any_user(void **state)
{
	(void)state;
	be("*", "users/{user}/");
	all("users/{user}/");
	all("users/{user}/2026/");
	part("users/", "users/{user}/", 1);
	part("", "users/{user}/", 1);
	/* For one user alone, or for some. */
	part("users/ann/", "users/{user}/", 1);
	part("users/ann/deep/", "users/{user}/", 1);
	part("users/an", "users/{user}/", 1);
	nothing("user/", "prefixes",
		"none of its 'prefixes' is within 'user/'");
	nothing("users//", "prefixes",
		"none of its 'prefixes' is within 'users//'");
	be("*", "users/ann/");
	part("users/{user}/", "users/ann/", 1);
	be("*", "u-{user}-x/");
	part("u-ann-x/", "u-{user}-x/", 1);
	nothing("u-ann-y/", "prefixes",
		"none of its 'prefixes' is within 'u-ann-y/'");
	/* Names that begin as the mark itself does. */
	be("*", "x{user}/");
	part("x{us/", "x{user}/", 1);
	nothing("y{us/", "prefixes",
		"none of its 'prefixes' is within 'y{us/'");
	be("*", "x{us/");
	part("x{user}/", "x{us/", 1);
	be("*", "{user}/{user}/");
	part("ann/ann/", "{user}/{user}/", 1);
	nothing("ann/bob/", "prefixes",
		"none of its 'prefixes' is within 'ann/bob/'");
}

static void test_one_user(void **state)
{
	(void)state;
	be("ann", "users/{user}/");
	all("users/{user}/");
	all("users/ann/");
	nothing("users/bob/", "prefixes",
		"none of its 'prefixes' is within 'users/bob/'");
	be("ann", "users/ann/");
	all("users/{user}/");
	be("bob", "users/ann/");
	nothing("users/{user}/", "prefixes",
		"none of its 'prefixes' is within 'users/{user}/'");
	be("ann", "public/");
	part("", "public/", 1);
}

/* What is longer than any key with the name in it reaches nothing. */
static void test_long_user(void **state)
{
	static const char *const longer[] = {
		"{user}{user}/",      /* too long at its second mark, */
		"{user}/abcd/{user}", /* ... before it, */
		"{user}/abcd/",       /* ... and behind the last */
	};
	static char name[KEY_MAX - 3];

	(void)state;
	memset(name, 'u', sizeof(name) - 1);
	for (size_t i = 0; i < sizeof(longer) / sizeof(longer[0]); i++) {
		be("x", longer[i]);
		caller.remote_user = name;
		find("u");
		assert_int_equal(reach.extent, CONFIG_REACH_NOTHING);
		be("x", "u");
		caller.remote_user = name;
		find(longer[i]);
		assert_int_equal(reach.extent, CONFIG_REACH_NOTHING);
	}
	be("x", "{user}/");
	caller.remote_user = name;
	all("{user}/abc");
	part("u", "{user}/", 1);
}

/* ---- against all users there could be ------------------------------------- */

static void replace_user(char dst[64], const char *text, const char *user)
{
	const char *found;

	*dst = '\0';
	while ((found = strstr(text, CONFIG_USER))) {
		strncat(dst, text, (size_t)(found - text));
		strcat(dst, user);
		text = found + strlen(CONFIG_USER);
	}
	strcat(dst, text);
}

/* Every text of up to three of these letters, as users have them. */
static size_t make_users(char users[64][4])
{
	static const char letters[] = "axy";
	size_t count = 0;

	for (size_t i = 0; i < 3; i++)
		snprintf(users[count++], 4, "%c", letters[i]);
	for (size_t from = 0; from < 3 + 9; from++) {
		for (size_t i = 0; i < 3; i++) {
			size_t length = strlen(users[from]);

			memcpy(users[count], users[from], length);
			users[count][length] = letters[i];
			users[count++][length + 1] = '\0';
		}
	}
	return count;
}

static void test_all_users(void **state)
{
	static const char *const texts[] = {
		"",
		"a/",
		"a/{user}/",
		"{user}",
		"{user}/",
		"a/x/",
		"a/xy",
		"a/x/y/",
		"x",
		"yy/",
		"xx/xx/",
		"x/y/",
		"{user}y/",
		"x/x/",
		"a/x{user}/",
		"{user}/{user}/",
		"{user}{user}",
		"x{user}y",
		"xyy",
	};
	char users[64][4], section[64], prefix[64];
	size_t count = make_users(users);

	(void)state;
	for (size_t i = 0; i < 19 * 19; i++) {
		const char *one = texts[i / 19], *other = texts[i % 19];
		bool none = true, every = true;

		if (*other == '\0')
			continue;
		for (size_t j = 0; j < count; j++) {
			bool within;

			replace_user(section, one, users[j]);
			replace_user(prefix, other, users[j]);
			within = strncmp(section, prefix, strlen(prefix)) == 0;
			every = every && within;
			none = none && !within &&
			       strncmp(prefix, section, strlen(section)) != 0;
		}
		be("*", other);
		find(one);
		if ((reach.extent == CONFIG_REACH_NOTHING) != none ||
		    (reach.extent == CONFIG_REACH_ALL && !every))
			fail_msg("'%s' in '%s': %d", other, one, reach.extent);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_prefixes),
		cmocka_unit_test(test_lacks),
		cmocka_unit_test(test_any_user),
		cmocka_unit_test(test_one_user),
		cmocka_unit_test(test_long_user),
		cmocka_unit_test(test_all_users),
	};

	return UNIT_RUN(tests);
}
