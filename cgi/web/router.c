#include "router.h"

#include "route_download.h"
#include "visit.h"

#define ROUTE_ROW(methods, path, handler, name, counted, page, exception) \
	{ methods,           path,        handler,  name,                 \
	  COUNTED_##counted, PAGE_##page, exception },
static const struct route routes[] = { ROUTE_TABLE(ROUTE_ROW) };
#undef ROUTE_ROW

/* Does `path` match `pattern`, segment by segment? A "{}" matches any segment
 * that isn't empty; segments[] become those, in their order. */
static bool path_matches(struct slice path, const char *pattern,
			 struct slice segments[ROUTE_SEGMENTS_MAX])
{
	struct slice pattern_rest = slice_text(pattern);
	struct slice wanted, found;
	size_t count = 0;

	while (slice_split(&pattern_rest, '/', &wanted)) {
		if (!slice_split(&path, '/', &found))
			return false;
		if (slice_is(wanted, "{}") && found.length > 0)
			segments[count++] = found;
		else if (!slice_equal(wanted, found))
			return false;
	}
	return path.data == NULL;
}

/* The route of `path`, or NULL. segments[] are what stands in place of its
 * "{}". */
static const struct route *find_route(struct slice path,
				      struct slice segments[ROUTE_SEGMENTS_MAX])
{
	for (size_t i = 0; i < sizeof(routes) / sizeof(routes[0]); i++) {
		if (path_matches(path, routes[i].path, segments))
			return &routes[i];
	}
	return NULL;
}

static bool has_method(const struct route *route, struct slice method)
{
	struct slice rest = slice_text(route->methods), one;

	while (slice_split(&rest, ',', &one)) {
		if (slice_equal(slice_trim(one), method))
			return true;
	}
	return false;
}

/* Answer by the route of the request, or refuse. */
static void dispatch(struct visit *visit)
{
	const struct request *request = visit->request;
	const struct route *route;
	struct problem problem;

	/* No answer below a share's address is for search engines. */
	if (request->path.length >= sizeof(ROUTE_SHARES) - 1 &&
	    memcmp(request->path.data, ROUTE_SHARES,
		   sizeof(ROUTE_SHARES) - 1) == 0)
		visit->answer.always = "X-Robots-Tag: noindex\r\n";
	route = find_route(request->path, visit->segments);
	if (!route)
		route = route_download_find(visit->service->config,
					    request->path_info);
	visit->route = route;
	if (!route) {
		problem_set(&problem, ERROR_NO_ROUTE, NULL,
			    "no route has this path: GET / lists the routes");
		visit_refuse_for(visit, &problem);
		return;
	}
	if (!has_method(route, request->method) &&
	    !(route->exception && route->exception(request))) {
		problem_set(&problem, ERROR_METHOD, NULL,
			    "this path can't be asked with that method: use %s",
			    route->methods);
		visit_refuse_for(visit, &problem);
		return;
	}
	visit->who.route = route->name;
	if (request->contradiction) {
		problem_set(&problem, ERROR_MALFORMED, NULL,
			    "the request came with two different values of %s: "
			    "send one, and let the web server set one",
			    request->contradiction);
		visit_refuse_for(visit, &problem);
		return;
	}
	route->handle(visit);
}

void router_handle(struct service *service, const struct request *request)
{
	/* Not on the stack, where each page of its large window would be
	 * touched. One request is answered at a time. */
	static struct visit visit;
	struct problem problem;

	visit_begin(&visit, service, request);
	if (audit_request_id(&service->audit.ids, visit.who.id)) {
		dispatch(&visit);
	} else {
		problem_set(&problem, ERROR_UNAVAILABLE, NULL,
			    "the system gives no random numbers for the id of "
			    "this request: try again later");
		visit_refuse_for(&visit, &problem);
	}
	visit_end(&visit);
	audit_strangers_tell(&service->strangers, &service->audit);
	metrics_count(&service->metrics,
		      visit.route ? visit.route->counted : COUNTED_OTHER,
		      visit.answer.status, visit.issued);
}
