#include "auth.h"

static bool is_scheme(struct slice authorization, const char *scheme)
{
	struct slice rest = authorization, word;

	return slice_split(&rest, ' ', &word) &&
	       slice_equal_nocase(word, slice_text(scheme));
}

bool auth_has_token(const struct request *request)
{
	return is_scheme(request->authorization, "Bearer");
}

/* Set *token to the token behind "Bearer" (RFC 6750, 2.1). False where there is
 * none, or where it has characters that no token has. */
static bool bearer_token(struct slice authorization, struct slice *token)
{
	struct slice rest = authorization, scheme;

	if (!slice_split(&rest, ' ', &scheme) || !rest.data)
		return false;
	*token = slice_trim(rest);
	for (size_t i = 0; i < token->length; i++) {
		unsigned char c = (unsigned char)token->data[i];

		if (c <= ' ' || c >= 0x7f)
			return false;
	}
	return token->length > 0;
}

static enum error settle_bearer(const struct config *config,
				const struct request *request,
				struct subject *subject,
				struct problem *problem)
{
	struct slice token;

	if (!bearer_token(request->authorization, &token))
		return problem_set(problem, ERROR_UNAUTHORIZED, NULL,
				   "the Authorization header is malformed: "
				   "send \"Authorization: Bearer TOKEN\"");
	subject->caller = subject_bearer(config, token);
	if (!subject->caller)
		return problem_set(problem, ERROR_UNAUTHORIZED, NULL,
				   "no caller has this bearer token: send it "
				   "whole, in the same upper and lower case");
	subject->kind = SUBJECT_BEARER;
	return ERROR_NONE;
}

static enum error settle_user(const struct config *config,
			      const struct request *request,
			      struct subject *subject, struct problem *problem)
{
	struct slice user = request->remote_user;

	if (user.length <= USER_MAX)
		subject->caller = subject_user(config, user);
	if (!subject->caller)
		return problem_set(
			problem, ERROR_UNAUTHORIZED, NULL,
			"no caller is configured for the user that "
			"you are logged in as: log in as another, or "
			"ask the administrator");
	memcpy(subject->user, user.data, user.length);
	subject->user[user.length] = '\0';
	subject->kind = SUBJECT_USER;
	return ERROR_NONE;
}

enum error auth_https_check(const struct config *config,
			    const struct client *client,
			    struct problem *problem)
{
	if (!config->require_https || client->https || client->loopback)
		return ERROR_NONE;
	return problem_set(problem, ERROR_INSECURE, NULL,
			   "credentials are handed out over https only: use "
			   "the https:// address; where a proxy speaks https "
			   "for this service, its administrator names the "
			   "proxy in trusted-proxies");
}

enum error auth_subject(const struct config *config,
			const struct request *request,
			const struct client *client, struct subject *subject,
			struct problem *problem)
{
	enum error error = auth_https_check(config, client, problem);

	*subject = (struct subject){ .kind = SUBJECT_NOBODY };
	if (error)
		return error;
	/* A request with a bearer token never falls back to REMOTE_USER or
	 * anonymous. */
	if (is_scheme(request->authorization, "Bearer"))
		return settle_bearer(config, request, subject, problem);
	if (request->remote_user.length > 0)
		return settle_user(config, request, subject, problem);
	if (request->authorization.length > 0)
		return problem_set(problem, ERROR_UNAUTHORIZED, NULL,
				   "this kind of Authorization isn't known "
				   "here: send \"Authorization: Bearer "
				   "TOKEN\"");
	/* Host must be a name of this machine too. An attacker can let a domain
	 * of theirs lead to this machine (DNS rebinding), and then a page from
	 * there could ask as if it were ours. */
	if (client->loopback && client->loopback_host) {
		subject->caller = subject_anonymous(config);
		if (subject->caller) {
			subject->kind = SUBJECT_LOOPBACK;
			return ERROR_NONE;
		}
	}
	return problem_set(
		problem, ERROR_UNAUTHORIZED, NULL,
		"the request does not say who you are: send \"Authorization: "
		"Bearer TOKEN\", and see that the web server passes it on");
}

enum error auth_bearer(const struct config *config,
		       const struct request *request,
		       const struct client *client, struct subject *subject,
		       struct problem *problem)
{
	if (is_scheme(request->authorization, "Bearer"))
		return auth_subject(config, request, client, subject, problem);
	*subject = (struct subject){ .kind = SUBJECT_NOBODY };
	if (auth_https_check(config, client, problem))
		return problem->error;
	return problem_set(problem, ERROR_UNAUTHORIZED, NULL,
			   "a GET that issues a credential needs a token: set "
			   "AWS_CONTAINER_AUTHORIZATION_TOKEN to \"Bearer "
			   "TOKEN\", with the word Bearer, as it is sent "
			   "unchanged");
}
