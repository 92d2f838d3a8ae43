/*
 * mintage inspect - what a session token grants, until when, and whether one of
 * our parents signed it.
 *
 * A token may come from anyone: nothing of it reaches the terminal but through
 * cli_print_foreign. The token itself is never shown.
 */
#include <errno.h>
#include <json-c/json.h>
#include <limits.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include "../lib/config.h"
#include "../lib/mint.h"
#include "../lib/render.h"
#include "cli.h"

const char cli_inspect_usage[] =
	"inspect [OPTION]... TOKEN|-\n"
	"\n"
	"Tell what a session token grants and until when, and whether the\n"
	"parent that it names signed it. '-' reads it from standard input,\n"
	"where no one else can see it.\n"
	"\n"
	"      --parent NAME  this parent must have signed it: its section's\n"
	"                     name or its access key id\n"
	"      --config FILE  where the parents are\n"
	"\n"
	"Exit status 1: not a token, expired, or not signed by its parent.\n";

enum { OPTION_PARENT = 1, OPTION_CONFIG };

static const struct option options[] = {
	{ "parent", required_argument, NULL, OPTION_PARENT },
	{ "config", required_argument, NULL, OPTION_CONFIG },
	OPTIONS_END,
};

#define TOKEN_MAX (64 * 1024 * 1024)
/* The end of the year 9999, the last that RFC 3339 can write. */
#define TIME_MAX INT64_C(253402300799)

/* What the payload says; all borrowed from `root`. */
struct claims {
	struct json_object *root;
	struct slice bucket;
	struct slice permission;     /* none when only actions are named */
	struct json_object *actions; /* NULL or an array of strings */
	struct json_object *objects;
	struct json_object *prefixes;
	struct slice account_id;    /* sub */
	struct slice access_key_id; /* iss */
	struct slice host;          /* aud */
	int64_t issued;
	int64_t expires;
};

enum signature {
	SIGNATURE_UNCHECKED,
	SIGNATURE_RIGHT,
	SIGNATURE_WRONG,
};

struct inspection {
	const char *parent_option;
	const char *config_option;
	const char *token_argument;
	bool help;
	struct buffer token;
	struct buffer payload;
	struct claims claims;
	struct config *config;
	const struct parent *parent;
	enum signature signature;
	struct problem reason; /* why the signature was not checked */
	int64_t now;
};

/* ---- the token ------------------------------------------------------------ */

static enum cli_status read_options(struct inspection *look, int argc,
				    char **argv)
{
	int option;
	bool once = true;

	while (once &&
	       (option = cli_option("inspect", argc, argv, options)) >= 0) {
		switch (option) {
		case OPTION_PARENT:
			once = cli_once("inspect", "parent",
					&look->parent_option);
			break;
		case OPTION_CONFIG:
			once = cli_once("inspect", "config",
					&look->config_option);
			break;
		case OPTION_HELP:
			look->help = true;
			return CLI_DONE;
		default:
			return CLI_USAGE;
		}
	}
	if (!once)
		return CLI_USAGE;
	if (optind + 1 != argc) {
		cli_misused("inspect", "one TOKEN is needed, or '-'");
		return CLI_USAGE;
	}
	look->token_argument = argv[optind];
	return CLI_DONE;
}

static struct slice without_blanks(struct slice text)
{
	while (text.length > 0 && strchr(" \t\r\n", text.data[0])) {
		text.data++;
		text.length--;
	}
	while (text.length > 0 && strchr(" \t\r\n", text.data[text.length - 1]))
		text.length--;
	return text;
}

static enum error read_token(struct inspection *look, struct problem *problem)
{
	const char *given = look->token_argument;

	if (strcmp(given, "-") == 0)
		return cli_read(STDIN_FILENO, "standard input", TOKEN_MAX,
				&look->token, problem);
	if (!buffer_add(&look->token, given, strlen(given)))
		return problem_set(problem, ERROR_UNAVAILABLE, NULL,
				   "out of memory");
	return ERROR_NONE;
}

/* ---- what it says --------------------------------------------------------- */

static bool get_text(struct json_object *object, const char *name,
		     struct slice *text)
{
	struct json_object *value = json_object_object_get(object, name);

	if (!json_object_is_type(value, json_type_string))
		return false;
	*text = slice_of(json_object_get_string(value),
			 (size_t)json_object_get_string_len(value));
	return true;
}

static bool get_time(struct json_object *object, const char *name,
		     int64_t *seconds)
{
	struct json_object *value = json_object_object_get(object, name);

	if (!json_object_is_type(value, json_type_int))
		return false;
	*seconds = json_object_get_int64(value);
	return *seconds >= 0 && *seconds <= TIME_MAX;
}

/* An array of strings, or nothing at all. */
static bool get_list(struct json_object *object, const char *name,
		     struct json_object **list)
{
	if (!json_object_object_get_ex(object, name, list))
		return true;
	if (!json_object_is_type(*list, json_type_array))
		return false;
	for (size_t i = 0; i < json_object_array_length(*list); i++) {
		if (!json_object_is_type(json_object_array_get_idx(*list, i),
					 json_type_string))
			return false;
	}
	return true;
}

static enum error malformed(struct problem *problem, const char *claim)
{
	return problem_set(problem, ERROR_MALFORMED, NULL,
			   "not a session token of R2: its claim '%s' is "
			   "missing or isn't what it should be",
			   claim);
}

static enum error read_scope(struct claims *claims, struct problem *problem)
{
	struct json_object *paths;

	if (json_object_object_get_ex(claims->root, "scope", &paths) &&
	    !get_text(claims->root, "scope", &claims->permission))
		return malformed(problem, "scope");
	if (!get_list(claims->root, "actions", &claims->actions))
		return malformed(problem, "actions");
	if (!claims->permission.data && !claims->actions)
		return malformed(problem, "scope");
	if (!json_object_object_get_ex(claims->root, "paths", &paths))
		return ERROR_NONE;
	if (!json_object_is_type(paths, json_type_object) ||
	    !get_list(paths, "objectPaths", &claims->objects) ||
	    !get_list(paths, "prefixPaths", &claims->prefixes))
		return malformed(problem, "paths");
	return ERROR_NONE;
}

static enum error read_claims(struct claims *claims, struct problem *problem)
{
	if (!get_text(claims->root, "bucket", &claims->bucket))
		return malformed(problem, "bucket");
	if (!get_text(claims->root, "sub", &claims->account_id))
		return malformed(problem, "sub");
	if (!get_text(claims->root, "iss", &claims->access_key_id))
		return malformed(problem, "iss");
	if (!get_text(claims->root, "aud", &claims->host))
		return malformed(problem, "aud");
	if (!get_time(claims->root, "iat", &claims->issued))
		return malformed(problem, "iat");
	if (!get_time(claims->root, "exp", &claims->expires))
		return malformed(problem, "exp");
	return read_scope(claims, problem);
}

static enum error parse_payload(struct slice payload, struct claims *claims,
				struct problem *problem)
{
	struct json_tokener *tokener = json_tokener_new_ex(8);

	if (!tokener)
		return problem_set(problem, ERROR_UNAVAILABLE, NULL,
				   "out of memory");
	json_tokener_set_flags(tokener, JSON_TOKENER_STRICT |
						JSON_TOKENER_VALIDATE_UTF8);
	if (payload.length < INT_MAX)
		claims->root = json_tokener_parse_ex(tokener, payload.data,
						     (int)payload.length);
	json_tokener_free(tokener);
	if (!json_object_is_type(claims->root, json_type_object))
		return problem_set(problem, ERROR_MALFORMED, NULL,
				   "not a session token of R2: its payload "
				   "isn't a JSON object");
	return read_claims(claims, problem);
}

/* ---- who signed it -------------------------------------------------------- */

/* With neither option the configuration is a help, not a condition. */
static bool must_check(const struct inspection *look)
{
	return look->parent_option != NULL;
}

static enum error load_config(struct inspection *look, struct problem *problem)
{
	const char *path = cli_config_path(look->config_option);

	if (config_load(&look->config, path, problem) == ERROR_NONE)
		return ERROR_NONE;
	if (look->config_option || must_check(look))
		return problem->error;
	if (access(path, F_OK) != 0 && errno == ENOENT)
		problem_set(&look->reason, ERROR_CONFIG, NULL,
			    "there is no configuration");
	else
		look->reason = *problem;
	return ERROR_NONE;
}

static enum error find_parent(struct inspection *look, struct problem *problem)
{
	const char *name = look->parent_option;

	if (!look->config)
		return ERROR_NONE;
	if (!name) {
		look->parent =
			config_parent(look->config, look->claims.access_key_id);
		if (!look->parent)
			problem_set(&look->reason, ERROR_CONFIG, NULL,
				    "%s has no parent of this access key id",
				    look->config->path);
		return ERROR_NONE;
	}
	look->parent = config_parent_named(look->config, name);
	if (!look->parent)
		look->parent = config_parent(look->config, slice_text(name));
	if (!look->parent)
		return problem_set(problem, ERROR_ACCESS_DENIED, NULL,
				   "%s has no parent '%s'", look->config->path,
				   name);
	return ERROR_NONE;
}

/* A parent that Cloudflare signs for leaves no secret here to check with. */
static enum error check_signature(struct inspection *look,
				  struct problem *problem)
{
	const struct parent *parent = look->parent;
	enum error error;
	bool right;

	if (!parent)
		return ERROR_NONE;
	if (parent->key.secret.length == 0) {
		problem_set(&look->reason, ERROR_CONFIG, NULL,
			    "the secret of parent '%s' isn't kept here",
			    parent->key.name);
		if (!must_check(look))
			return ERROR_NONE;
		*problem = look->reason;
		return problem->error;
	}
	error = mint_open(without_blanks(buffer_slice(&look->token)),
			  &parent->key.secret, &look->payload, &right, problem);
	look->signature = right ? SIGNATURE_RIGHT : SIGNATURE_WRONG;
	return error;
}

/* ---- telling it ----------------------------------------------------------- */

static void print_label(struct cli_output *out, const char *label)
{
	cli_print(out, "%-11s", label);
}

static void print_claim(struct cli_output *out, const char *label,
			struct slice text)
{
	print_label(out, label);
	cli_print_foreign(out, text);
	sink_text(&out->sink, "\n");
}

static struct slice list_text(struct json_object *list, size_t place)
{
	struct json_object *text = json_object_array_get_idx(list, place);

	return slice_of(json_object_get_string(text),
			(size_t)json_object_get_string_len(text));
}

static void print_list(struct cli_output *out, const char *label,
		       struct json_object *list)
{
	size_t count = list ? json_object_array_length(list) : 0;

	for (size_t i = 0; i < count; i++)
		print_claim(out, i == 0 ? label : "", list_text(list, i));
}

static bool is_empty(struct json_object *list)
{
	return !list || json_object_array_length(list) == 0;
}

static void print_scope(struct cli_output *out, const struct claims *claims)
{
	print_claim(out, "bucket", claims->bucket);
	if (claims->permission.data)
		print_claim(out, "permission", claims->permission);
	print_list(out, "actions", claims->actions);
	if (claims->actions && is_empty(claims->actions))
		cli_print(out, "%-11snone\n", "actions");
	print_list(out, "objects", claims->objects);
	print_list(out, "prefixes", claims->prefixes);
	if (is_empty(claims->objects) && is_empty(claims->prefixes))
		cli_print(out, "%-11sthe whole bucket\n", "paths");
}

/* "in 14 minutes", "3 hours ago". */
static void span_text(int64_t seconds, char *text, size_t size)
{
	static const struct {
		int64_t seconds;
		const char *name;
	} units[] = {
		{ 86400, "day" },
		{ 3600, "hour" },
		{ 60, "minute" },
		{ 1, "second" },
	};
	int64_t length = seconds < 0 ? -seconds : seconds;
	size_t unit = 0;

	/* Two of a unit at least, so that rounding down tells no lies. */
	while (unit < 3 && length < 2 * units[unit].seconds)
		unit++;
	length /= units[unit].seconds;
	snprintf(text, size, "%s%lld %s%s%s", seconds > 0 ? "in " : "",
		 (long long)length, units[unit].name, length == 1 ? "" : "s",
		 seconds > 0 ? "" : " ago");
}

static void print_time(struct cli_output *out, const char *label,
		       int64_t seconds, int64_t now)
{
	char date[TIME_TEXT_MAX];
	char span[64];

	time_text(seconds, date);
	span_text(seconds - now, span, sizeof(span));
	cli_print(out, "%-11s%s (%s)\n", label, date, span);
}

/* Claims that minting here doesn't know: told rather than hidden. */
static void print_others(struct cli_output *out, struct json_object *root)
{
	static const char *const known[] = { "bucket", "scope", "actions",
					     "paths",  "sub",   "iss",
					     "aud",    "iat",   "exp" };
	struct json_object_iterator at = json_object_iter_begin(root);
	struct json_object_iterator end = json_object_iter_end(root);

	for (; !json_object_iter_equal(&at, &end); json_object_iter_next(&at)) {
		const char *name = json_object_iter_peek_name(&at);
		size_t i = 0;

		while (i < sizeof(known) / sizeof(known[0]) &&
		       strcmp(known[i], name) != 0)
			i++;
		if (i == sizeof(known) / sizeof(known[0]))
			print_claim(out, "unknown", slice_text(name));
	}
}

static void print_signature(struct cli_output *out,
			    const struct inspection *look)
{
	print_label(out, "signature");
	switch (look->signature) {
	case SIGNATURE_UNCHECKED:
		cli_print(out, "not checked: %s\n", look->reason.message);
		break;
	case SIGNATURE_RIGHT:
		cli_print(out, "right: parent '%s' signed it\n",
			  look->parent->key.name);
		break;
	case SIGNATURE_WRONG:
		cli_print(out, "WRONG: parent '%s' did not sign it\n",
			  look->parent->key.name);
		break;
	}
}

static void print_all(struct cli_output *out, const struct inspection *look)
{
	const struct claims *claims = &look->claims;

	print_scope(out, claims);
	print_claim(out, "account", claims->account_id);
	print_claim(out, "parent", claims->access_key_id);
	print_claim(out, "endpoint", claims->host);
	print_time(out, "issued", claims->issued, look->now);
	print_time(out, claims->expires > look->now ? "expires" : "EXPIRED",
		   claims->expires, look->now);
	print_others(out, claims->root);
	print_signature(out, look);
}

/* Rightly signed, and yet nothing that R2 takes. */
static void warn_of_mismatch(const struct inspection *look)
{
	const struct claims *claims = &look->claims;
	const struct account *account;

	if (claims->permission.data && claims->actions)
		cli_complain("warning: it names both a permission and actions; "
			     "R2 may turn it away");
	if (claims->expires - claims->issued > TTL_MAX)
		cli_complain("warning: it lives longer than R2's %d seconds",
			     TTL_MAX);
	if (!look->parent)
		return;
	account = look->parent->account;
	if (!slice_is(claims->account_id, account->id))
		cli_complain("warning: its account isn't that of parent '%s', "
			     "%s",
			     look->parent->key.name, account->id);
	if (!slice_is(claims->host, account->host))
		cli_complain("warning: its endpoint isn't that of account "
			     "'%s', %s",
			     account->name, account->host);
}

static enum cli_status verdict(const struct inspection *look)
{
	enum cli_status status = CLI_DONE;
	char span[64];

	if (look->signature == SIGNATURE_WRONG)
		status = cli_complain("parent '%s' did not sign this token",
				      look->parent->key.name);
	if (look->claims.expires <= look->now) {
		span_text(look->claims.expires - look->now, span, sizeof(span));
		status = cli_complain("this token expired %s", span);
	}
	return status;
}

/* ---- all of it ------------------------------------------------------------ */

static enum error inspect(struct inspection *look, struct problem *problem)
{
	enum error error;
	bool unused;

	error = read_token(look, problem);
	if (error == ERROR_NONE)
		error = mint_open(without_blanks(buffer_slice(&look->token)),
				  NULL, &look->payload, &unused, problem);
	if (error == ERROR_NONE)
		error = parse_payload(buffer_slice(&look->payload),
				      &look->claims, problem);
	if (error == ERROR_NONE)
		error = load_config(look, problem);
	if (error == ERROR_NONE)
		error = find_parent(look, problem);
	if (error == ERROR_NONE)
		error = check_signature(look, problem);
	return error;
}

static enum cli_status tell(const struct inspection *look)
{
	struct cli_output output;
	enum cli_status status;

	cli_output_begin(&output);
	print_all(&output, look);
	status = cli_output_end(&output);
	warn_of_mismatch(look);
	if (verdict(look) != CLI_DONE)
		status = CLI_FAILED;
	return status;
}

enum cli_status cli_inspect(int argc, char **argv)
{
	struct inspection look = { .now = (int64_t)time(NULL) };
	struct problem problem;
	enum cli_status status;

	status = read_options(&look, argc, argv);
	if (look.help)
		return cli_help("inspect");
	if (status != CLI_DONE)
		return status;
	if (inspect(&look, &problem) == ERROR_NONE)
		status = tell(&look);
	else
		status = cli_problem(&problem);
	json_object_put(look.claims.root);
	config_free(look.config);
	buffer_free(&look.payload);
	buffer_free(&look.token);
	return status;
}
