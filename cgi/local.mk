# cgi/ is what the web server and the prompt talk to: what both programs share,
# the two programs, and the helper that may use the network. Folders and the
# lines of a folder stand in the order in which they may use each other, as in
# lib/local.mk.

noinst_LIBRARIES += libmintagecgi.a libmintageweb.a libmintagecli.a

libmintagecgi_a_SOURCES = \
	%D%/input/field.c %D%/input/field.h \
	%D%/input/share_field.c %D%/input/share_field.h \
	%D%/input/fields.c %D%/input/fields.h \
	%D%/input/fields_json.c %D%/input/fields_json.h \
	%D%/input/form.c %D%/input/form.h \
	%D%/input/header.c %D%/input/header.h \
	%D%/input/accept.c %D%/input/accept.h \
	%D%/input/language.c %D%/input/language.h \
	%D%/input/negotiate.c %D%/input/negotiate.h \
	%D%/input/multipart_parameter.c %D%/input/multipart_parameter.h \
	%D%/input/multipart.c %D%/input/multipart.h \
	\
	%D%/upstream/frames.c %D%/upstream/frames.h \
	%D%/upstream/helper.c %D%/upstream/helper.h \
	%D%/upstream/upstream.c %D%/upstream/upstream.h \
	%D%/upstream/cloudflare.c %D%/upstream/cloudflare.h \
	\
	%D%/service/docroot.c %D%/service/docroot.h \
	%D%/service/metrics.c %D%/service/metrics.h \
	%D%/service/once.c %D%/service/once.h \
	%D%/service/pages.c %D%/service/pages.h \
	%D%/service/quota.c %D%/service/quota.h \
	%D%/service/uses.c %D%/service/uses.h \
	%D%/service/strict.c %D%/service/strict.h \
	%D%/service/sandbox.c %D%/service/sandbox.h \
	%D%/service/files.c %D%/service/files.h \
	%D%/service/keeper_message.c %D%/service/keeper_message.h \
	%D%/service/keeper_process.c %D%/service/keeper_process.h \
	%D%/service/keeper.c %D%/service/keeper.h \
	%D%/service/service.c %D%/service/service.h \
	\
	%D%/issue/terms.c %D%/issue/terms.h \
	%D%/issue/own_place.c %D%/issue/own_place.h \
	%D%/issue/own_link.c %D%/issue/own_link.h \
	%D%/issue/repeats.c %D%/issue/repeats.h \
	%D%/issue/signer.c %D%/issue/signer.h \
	%D%/issue/order_share.c %D%/issue/order_share.h \
	%D%/issue/order.c %D%/issue/order.h \
	%D%/issue/entry.c %D%/issue/entry.h \
	%D%/issue/link_pairs.c %D%/issue/link_pairs.h \
	%D%/issue/link.c %D%/issue/link.h \
	%D%/issue/warnings.c %D%/issue/warnings.h \
	%D%/issue/tally.h \
	%D%/issue/check.c %D%/issue/check.h \
	%D%/issue/fetch.c %D%/issue/fetch.h \
	%D%/issue/record.c %D%/issue/record.h \
	%D%/issue/row.c %D%/issue/row.h \
	%D%/issue/write.c %D%/issue/write.h \
	%D%/issue/issue.c %D%/issue/issue.h \
	\
	%D%/download/target.c %D%/download/target.h \
	%D%/download/right.c %D%/download/right.h \
	%D%/download/redirect.c %D%/download/redirect.h \
	\
	%D%/share/head.c %D%/share/head.h \
	%D%/share/id.c %D%/share/id.h \
	%D%/share/file.c %D%/share/file.h \
	%D%/share/writer.c %D%/share/writer.h \
	%D%/share/sweep.c %D%/share/sweep.h \
	%D%/share/make.c %D%/share/make.h \
	%D%/share/right.c %D%/share/right.h \
	%D%/share/give.c %D%/share/give.h \
	%D%/share/own.c %D%/share/own.h

# ---- the responder ----------------------------------------------------------

nodist_libmintageweb_a_SOURCES = %D%/web/assets_data.c
libmintageweb_a_SOURCES = \
	%D%/web/deadline.c %D%/web/deadline.h \
	%D%/web/fastcgi_log.c %D%/web/fastcgi_log.h \
	%D%/web/told.c %D%/web/told.h \
	%D%/web/fastcgi_connection.c %D%/web/fastcgi_connection.h \
	%D%/web/fastcgi_record.c %D%/web/fastcgi_record.h \
	%D%/web/fastcgi_pairs.c %D%/web/fastcgi_pairs.h \
	%D%/web/fastcgi_reader.c %D%/web/fastcgi_reader.h \
	%D%/web/fastcgi_socket.c %D%/web/fastcgi_socket.h \
	%D%/web/page_errors.c %D%/web/page_errors.h \
	%D%/web/routes.h \
	%D%/web/assets_data.h \
	%D%/web/mount.c %D%/web/mount.h \
	%D%/web/status.c %D%/web/status.h \
	%D%/web/safety.c %D%/web/safety.h \
	%D%/web/request.c %D%/web/request.h \
	%D%/web/client.c %D%/web/client.h \
	%D%/web/origin.c %D%/web/origin.h \
	%D%/web/answer.c %D%/web/answer.h \
	%D%/web/page_refused.c %D%/web/page_refused.h \
	%D%/web/auth.c %D%/web/auth.h \
	%D%/web/body.c %D%/web/body.h \
	%D%/web/fastcgi_request.c %D%/web/fastcgi_request.h \
	%D%/web/fastcgi.c %D%/web/fastcgi.h \
	%D%/web/page.c %D%/web/page.h \
	%D%/web/page_marks.c %D%/web/page_marks.h \
	%D%/web/page_lifetimes.c %D%/web/page_lifetimes.h \
	%D%/web/page_rows.c %D%/web/page_rows.h \
	%D%/web/plaincgi.c %D%/web/plaincgi.h \
	%D%/web/view.c %D%/web/view.h \
	%D%/web/refusal.c %D%/web/refusal.h \
	%D%/web/visit.c %D%/web/visit.h \
	%D%/web/guard.c %D%/web/guard.h \
	%D%/web/receive.c %D%/web/receive.h \
	%D%/web/page_share.c %D%/web/page_share.h \
	%D%/web/page_shares.c %D%/web/page_shares.h \
	%D%/web/route_issue.c \
	%D%/web/route_share.c \
	%D%/web/route_shares.c \
	%D%/web/route_assets.c \
	%D%/web/route_pages.c \
	%D%/web/route_download.c %D%/web/route_download.h \
	%D%/web/router.c %D%/web/router.h

pkglibexec_PROGRAMS += mintage.fcgi
mintage_fcgi_SOURCES = %D%/web/responder.c
mintage_fcgi_LDADD = libmintageweb.a libmintagecgi.a libmintage.a $(FCGI_LIBS) $(lib_libs)
mintage_fcgi_LDFLAGS = $(AM_LDFLAGS) $(PROGRAM_LDFLAGS)
if STATIC_PROGRAMS
mintage_fcgi_SOURCES += %D%/web/static.c
endif

# One binary serves FastCGI and CGI and tells them apart by how it is started;
# the second name is for servers that go by a file's ending.
all-local: mintage.cgi
mintage.cgi: mintage.fcgi
	$(AM_V_GEN)rm -f $@ && $(LN_S) mintage.fcgi $@
CLEANFILES += mintage.cgi

# ---- the command ------------------------------------------------------------

# Each line uses only files of lines above it. The commands come last: one is a
# file here and a line in commands.h.
libmintagecli_a_SOURCES = \
	%D%/cli/choices.c %D%/cli/choices.h \
	%D%/cli/cli.c %D%/cli/cli.h \
	%D%/cli/excerpt.c %D%/cli/excerpt.h \
	%D%/cli/jsonout.c %D%/cli/jsonout.h \
	%D%/cli/labels.c %D%/cli/labels.h \
	%D%/cli/outfile.c %D%/cli/outfile.h \
	%D%/cli/progress.c %D%/cli/progress.h \
	%D%/cli/stream.c %D%/cli/stream.h \
	%D%/cli/api.c %D%/cli/api.h \
	%D%/cli/callers.c %D%/cli/callers.h \
	%D%/cli/check_domains.c %D%/cli/check_domains.h \
	%D%/cli/check_downloads.c %D%/cli/check_downloads.h \
	%D%/cli/check_json.c %D%/cli/check_json.h \
	%D%/cli/check_summary.c %D%/cli/check_summary.h \
	%D%/cli/checking.c %D%/cli/checking.h \
	%D%/cli/duplicates.c %D%/cli/duplicates.h \
	%D%/cli/findings.c %D%/cli/findings.h \
	%D%/cli/claims.c %D%/cli/claims.h \
	%D%/cli/claims_print.c %D%/cli/claims_print.h \
	%D%/cli/verdict.c %D%/cli/verdict.h \
	%D%/cli/document.c %D%/cli/document.h \
	%D%/cli/join.c %D%/cli/join.h \
	%D%/cli/login.c %D%/cli/login.h \
	%D%/cli/options.c %D%/cli/options.h \
	%D%/cli/command.c %D%/cli/command.h \
	%D%/cli/caller_token.c %D%/cli/caller_token.h \
	%D%/cli/conffile.c %D%/cli/conffile.h \
	%D%/cli/caller_add.c %D%/cli/caller_add.h \
	%D%/cli/caller_list.c %D%/cli/caller_list.h \
	%D%/cli/caller_remove.c %D%/cli/caller_remove.h \
	%D%/cli/caller.c \
	%D%/cli/shares.c %D%/cli/shares.h \
	%D%/cli/share_list.c %D%/cli/share_list.h \
	%D%/cli/share_show.c %D%/cli/share_show.h \
	%D%/cli/share_revoke.c %D%/cli/share_revoke.h \
	%D%/cli/share.c \
	%D%/cli/commands.h \
	%D%/cli/completion.c %D%/cli/completion.h \
	%D%/cli/fields.c %D%/cli/fields.h \
	%D%/cli/account.c %D%/cli/account.h \
	%D%/cli/inspect.c \
	%D%/cli/remote_body.c %D%/cli/remote_body.h \
	%D%/cli/remote_refusal.c %D%/cli/remote_refusal.h \
	%D%/cli/remote_ask.c %D%/cli/remote_ask.h \
	%D%/cli/secret.c %D%/cli/secret.h \
	%D%/cli/token_request.c %D%/cli/token_request.h \
	%D%/cli/token_creation.c %D%/cli/token_creation.h \
	%D%/cli/token_list.c %D%/cli/token_list.h \
	%D%/cli/token_making.c %D%/cli/token_making.h \
	%D%/cli/token_create.c %D%/cli/token_create.h \
	%D%/cli/token_revoke.c %D%/cli/token_revoke.h \
	%D%/cli/token_roll.c %D%/cli/token_roll.h \
	%D%/cli/token.c \
	%D%/cli/trial.c %D%/cli/trial.h \
	%D%/cli/url.c %D%/cli/url.h \
	%D%/cli/online.c %D%/cli/online.h \
	%D%/cli/online_url.c %D%/cli/online_url.h \
	%D%/cli/check.c \
	%D%/cli/remote.c %D%/cli/remote.h \
	%D%/cli/usage.c %D%/cli/usage.h \
	%D%/cli/writer.c %D%/cli/writer.h \
	%D%/cli/issue.c %D%/cli/issue.h \
	%D%/cli/mint.c \
	%D%/cli/sign.c

bin_PROGRAMS += mintage
mintage_SOURCES = %D%/cli/main.c
mintage_LDADD = libmintagecli.a libmintagecgi.a libmintage.a $(JSON_C_LIBS) $(lib_libs)
mintage_LDFLAGS = $(AM_LDFLAGS) $(PROGRAM_LDFLAGS)

# bash completion: what the program prints of its commands, and functions that
# use it. A program for another kind of machine can't run here; then bash asks it
# when the file is loaded.
all-local: completion.bash
completion.bash: mintage $(srcdir)/%D%/cli/mintage.bash-completion
	$(AM_V_GEN){ if ./mintage --version >/dev/null 2>&1; \
		then ./mintage completion; \
		else echo 'eval "$$(mintage completion)"'; fi && \
		cat $(srcdir)/%D%/cli/mintage.bash-completion; } >$@.tmp && \
		mv $@.tmp $@
CLEANFILES += completion.bash completion.bash.tmp

bashcompletiondir = $(datadir)/bash-completion/completions
install-completion: completion.bash
	$(MKDIR_P) '$(DESTDIR)$(bashcompletiondir)'
	$(INSTALL_DATA) completion.bash '$(DESTDIR)$(bashcompletiondir)/mintage'

# ---- the helper that may use the network ------------------------------------

# It is a program of its own because libcurl would slow the start of the others.
if HAVE_CURL
noinst_LIBRARIES += libmintageonline.a
libmintageonline_a_SOURCES = \
	%D%/online/ledger.c %D%/online/ledger.h \
	%D%/online/budget.c %D%/online/budget.h \
	%D%/online/http.c %D%/online/http.h \
	%D%/online/calls.c %D%/online/calls.h
libmintageonline_a_CPPFLAGS = $(AM_CPPFLAGS) $(CURL_CFLAGS)

pkglibexec_PROGRAMS += mintage-online
mintage_online_SOURCES = %D%/online/online.c
mintage_online_CPPFLAGS = $(AM_CPPFLAGS) $(CURL_CFLAGS)
mintage_online_LDADD = libmintageonline.a libmintagecgi.a libmintage.a $(CURL_LIBS) $(lib_libs)
endif
