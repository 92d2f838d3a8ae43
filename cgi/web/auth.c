#include "auth.h"

static bool is_scheme(struct slice authorization, const char *scheme)
{
	struct slice rest = authorization, word;

	return slice_split(&rest, ' ', &word) &&
	       slice_equal_nocase(word, slice_text(scheme));
}

/* RFC 6750, 2.1: "Bearer" 1*SP b64token. */
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

static enum error by_bearer(const struct config *config,
			    const struct request *request,
			    struct subject *subject, struct problem *problem)
{
	struct slice token;

	if (!bearer_token(request->authorization, &token))
		return problem_set(problem, ERROR_UNAUTHORIZED, NULL,
				   "the Authorization header is malformed: "
				   "send \"Authorization: Bearer TOKEN\"");
	subject->caller = subject_bearer(config, token);
	if (!subject->caller)
		return problem_set(problem, ERROR_UNAUTHORIZED, NULL,
				   "nobody here has that bearer token: it is "
				   "case-sensitive, and must be sent whole");
	subject->kind = SUBJECT_BEARER;
	return ERROR_NONE;
}

static enum error by_user(const struct config *config,
			  const struct request *request,
			  struct subject *subject, struct problem *problem)
{
	struct slice user = request->remote_user;

	if (user.length <= USER_MAX)
		subject->caller = subject_user(config, user);
	if (!subject->caller)
		return problem_set(problem, ERROR_UNAUTHORIZED, NULL,
				   "no caller here is the user that you are "
				   "logged in as");
	memcpy(subject->user, user.data, user.length);
	subject->user[user.length] = '\0';
	subject->kind = SUBJECT_USER;
	return ERROR_NONE;
}

enum error auth_subject(const struct config *config,
			const struct request *request, struct subject *subject,
			struct problem *problem)
{
	*subject = (struct subject){ .kind = SUBJECT_NOBODY };
	if (config->require_https && !request->https && !request->loopback)
		return problem_set(problem, ERROR_INSECURE, NULL,
				   "credentials are handed out over https "
				   "only: use the https:// address");
	/* Whoever shows a token is its owner or nobody. */
	if (is_scheme(request->authorization, "Bearer"))
		return by_bearer(config, request, subject, problem);
	if (request->remote_user.length > 0)
		return by_user(config, request, subject, problem);
	if (request->authorization.length > 0)
		return problem_set(problem, ERROR_UNAUTHORIZED, NULL,
				   "that kind of Authorization isn't known "
				   "here: send \"Bearer TOKEN\"");
	/* Another's name that was made to lead here (DNS rebinding) turns any
	 * page into one of ours; and a proxy makes any client a local one. */
	if (request->loopback && request->loopback_host) {
		subject->caller = subject_anonymous(config);
		if (subject->caller) {
			subject->kind = SUBJECT_LOOPBACK;
			return ERROR_NONE;
		}
	}
	return problem_set(
		problem, ERROR_UNAUTHORIZED, NULL,
		"no identity was sent: send \"Authorization: Bearer "
		"TOKEN\" (and see that the web server passes it on)");
}
