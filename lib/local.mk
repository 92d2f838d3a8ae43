# lib/ knows nothing of the web. Folders stand in the order in which they may
# use each other: each may use those above it. The lines of a folder do too:
# the files on a line may use each other and those on the lines above.
# tests/layers.sh checks both, and its --sort puts the lines into that order.

noinst_LIBRARIES += libmintage.a

libmintage_a_SOURCES = \
	%D%/base/decimal.c %D%/base/decimal.h \
	%D%/base/digest.c %D%/base/digest.h \
	%D%/base/error.c %D%/base/error.h \
	%D%/base/base64.c %D%/base/base64.h \
	%D%/base/hex.c %D%/base/hex.h \
	%D%/base/locked.c %D%/base/locked.h \
	%D%/base/stack.c %D%/base/stack.h \
	%D%/base/folder.c %D%/base/folder.h \
	%D%/base/problem.c %D%/base/problem.h \
	%D%/base/opener.c %D%/base/opener.h \
	%D%/base/process.c %D%/base/process.h \
	%D%/base/slice.c %D%/base/slice.h \
	%D%/base/date.c %D%/base/date.h \
	%D%/base/clock.c %D%/base/clock.h \
	%D%/base/shared_file.c %D%/base/shared_file.h \
	%D%/base/keyed.c %D%/base/keyed.h \
	%D%/base/ownership.c %D%/base/ownership.h \
	%D%/base/spool.c %D%/base/spool.h \
	%D%/base/address.c %D%/base/address.h \
	%D%/base/pointer.c %D%/base/pointer.h \
	%D%/base/percent.c %D%/base/percent.h \
	%D%/base/problems.c %D%/base/problems.h \
	%D%/base/escape.c %D%/base/escape.h \
	%D%/base/buffer.c %D%/base/buffer.h \
	%D%/base/duration.c %D%/base/duration.h \
	%D%/base/io.c %D%/base/io.h \
	%D%/base/sink.c %D%/base/sink.h \
	%D%/base/unicode.c %D%/base/unicode.h \
	%D%/base/utf16.c %D%/base/utf16.h \
	%D%/base/json.c %D%/base/json.h \
	%D%/base/json_text.c %D%/base/json_text.h \
	\
	%D%/confine/filter_data.h \
	%D%/confine/filter.c %D%/confine/filter.h \
	%D%/confine/landlock.c %D%/confine/landlock.h \
	%D%/confine/privileges.c %D%/confine/privileges.h \
	%D%/confine/offline.c %D%/confine/offline.h \
	\
	%D%/sign/key.c %D%/sign/key.h \
	%D%/sign/action.c %D%/sign/action.h \
	%D%/sign/bucket.c %D%/sign/bucket.h \
	%D%/sign/method.c %D%/sign/method.h \
	%D%/sign/permission.c %D%/sign/permission.h \
	%D%/sign/scope.c %D%/sign/scope.h \
	%D%/sign/presign.c %D%/sign/presign.h \
	%D%/sign/presign_disposition.c %D%/sign/presign_disposition.h \
	%D%/sign/secret.c %D%/sign/secret.h \
	%D%/sign/mint.c %D%/sign/mint.h \
	%D%/sign/session.c %D%/sign/session.h \
	\
	%D%/links/link.h \
	%D%/links/part.c %D%/links/part.h \
	%D%/links/expression.c %D%/links/expression.h \
	%D%/links/auth_token.c \
	%D%/links/bunny.c \
	%D%/links/secdownload.c \
	%D%/links/secure.c \
	%D%/links/secure_md5.c \
	%D%/links/signed.c %D%/links/signed.h \
	%D%/links/waf.c %D%/links/waf.h \
	%D%/links/kind.c %D%/links/kind.h \
	\
	%D%/render/template_ops.h \
	%D%/render/template.c %D%/render/template.h \
	%D%/render/template_source.c %D%/render/template_source.h \
	%D%/render/texts.c %D%/render/texts.h \
	%D%/render/template_compile.c %D%/render/template_compile.h \
	%D%/render/templates_data.h \
	%D%/render/template_file.c %D%/render/template_file.h \
	%D%/render/unfit.c %D%/render/unfit.h \
	%D%/render/format.c %D%/render/format.h \
	%D%/render/own_head.c %D%/render/own_head.h \
	%D%/render/values.c %D%/render/values.h \
	%D%/render/own.c %D%/render/own.h \
	%D%/render/renderer.c %D%/render/renderer.h \
	\
	%D%/config/fail.c %D%/config/fail.h \
	%D%/config/file.c %D%/config/file.h \
	%D%/config/types.h \
	%D%/config/section.h \
	%D%/config/jurisdiction.c %D%/config/jurisdiction.h \
	%D%/config/state.c %D%/config/state.h \
	%D%/config/parsed.c %D%/config/parsed.h \
	%D%/config/place.c %D%/config/place.h \
	%D%/config/number.c %D%/config/number.h \
	%D%/config/rate.c %D%/config/rate.h \
	%D%/config/choice.c %D%/config/choice.h \
	%D%/config/reading.h \
	%D%/config/header.c %D%/config/header.h \
	%D%/config/ini.c %D%/config/ini.h \
	%D%/config/rows.c %D%/config/rows.h \
	%D%/config/text.c %D%/config/text.h \
	%D%/config/secret.c %D%/config/secret.h \
	%D%/config/url.c %D%/config/url.h \
	%D%/config/account.c \
	%D%/config/reach.c %D%/config/reach.h \
	%D%/config/warner.c %D%/config/warner.h \
	%D%/config/download_warnings.c %D%/config/download_warnings.h \
	%D%/config/warnings.c %D%/config/warnings.h \
	%D%/config/words.c %D%/config/words.h \
	%D%/config/networks.c %D%/config/networks.h \
	%D%/config/service.c \
	%D%/config/caller.c \
	%D%/config/parent.c \
	%D%/config/bucket_owner.c %D%/config/bucket_owner.h \
	%D%/config/domain.c \
	%D%/config/download_links.c %D%/config/download_links.h \
	%D%/config/download.c %D%/config/download.h \
	%D%/config/config.c %D%/config/config.h \
	\
	%D%/manifest/csv_cell.c %D%/manifest/csv_cell.h \
	%D%/manifest/digest_line.c %D%/manifest/digest_line.h \
	%D%/manifest/shape_pattern.c %D%/manifest/shape_pattern.h \
	%D%/manifest/shape_row.h \
	%D%/manifest/shape_lines.c %D%/manifest/shape_lines.h \
	%D%/manifest/shape_table.c %D%/manifest/shape_table.h \
	%D%/manifest/header_text.c %D%/manifest/header_text.h \
	%D%/manifest/link_terms.c %D%/manifest/link_terms.h \
	%D%/manifest/entry.c %D%/manifest/entry.h \
	%D%/manifest/link_metadata.c %D%/manifest/link_metadata.h \
	%D%/manifest/link_value.c %D%/manifest/link_value.h \
	%D%/manifest/names.c %D%/manifest/names.h \
	%D%/manifest/member.c %D%/manifest/member.h \
	%D%/manifest/json_value.c %D%/manifest/json_value.h \
	%D%/manifest/reader.h \
	%D%/manifest/json_hint.c %D%/manifest/json_hint.h \
	%D%/manifest/json_entry.c %D%/manifest/json_entry.h \
	%D%/manifest/json.c %D%/manifest/json.h \
	%D%/manifest/line.c %D%/manifest/line.h \
	%D%/manifest/csv_header.c %D%/manifest/csv_header.h \
	%D%/manifest/csv.c \
	%D%/manifest/lines.c %D%/manifest/lines.h \
	%D%/manifest/ndjson.c \
	%D%/manifest/sha256sum.c \
	%D%/manifest/format.c %D%/manifest/format.h \
	%D%/manifest/shape.c %D%/manifest/shape.h \
	%D%/manifest/other.c %D%/manifest/other.h \
	%D%/manifest/keyed.c %D%/manifest/keyed.h \
	%D%/manifest/text.c %D%/manifest/text.h \
	%D%/manifest/guess.c %D%/manifest/guess.h \
	%D%/manifest/manifest.c %D%/manifest/manifest.h \
	\
	%D%/audit/append.c %D%/audit/append.h \
	%D%/audit/wait.c %D%/audit/wait.h \
	%D%/audit/syslog.c %D%/audit/syslog.h \
	%D%/audit/request.c %D%/audit/request.h \
	%D%/audit/log.c %D%/audit/log.h \
	%D%/audit/line.c %D%/audit/line.h \
	%D%/audit/scopes.c %D%/audit/scopes.h \
	%D%/audit/audit.c %D%/audit/audit.h \
	%D%/audit/strangers.c %D%/audit/strangers.h \
	\
	%D%/state/block.c %D%/state/block.h \
	%D%/state/trouble.c %D%/state/trouble.h \
	%D%/state/page.c %D%/state/page.h \
	%D%/state/table.c %D%/state/table.h \
	%D%/state/counts.c %D%/state/counts.h \
	%D%/state/window.c %D%/state/window.h \
	%D%/state/whole.c %D%/state/whole.h \
	%D%/state/limits.c %D%/state/limits.h \
	%D%/state/visitors.c %D%/state/visitors.h \
	\
	%D%/policy/choice.c %D%/policy/choice.h \
	%D%/policy/subject.c %D%/policy/subject.h \
	%D%/policy/grant.c %D%/policy/grant.h
nodist_libmintage_a_SOURCES = %D%/render/templates_data.c \
	%D%/confine/filter_data.c

lib_libs = $(NETTLE_LIBS) $(INIH_LIBS) $(UTF8PROC_LIBS)

# ---- the filters of confine/ --------------------------------------------------

# The program that makes them runs where Mintage is built, for the processor
# that it is built for. configure decides for which, and whether libseccomp is
# there, so both are made anew after it: else the empty filters of a build
# without libseccomp would stay.
confine_generator = lib/confine/generate
$(confine_generator): $(srcdir)/%D%/confine/generate.c config.status
	$(AM_V_at)$(MKDIR_P) lib/confine
	$(AM_V_GEN)$(CC_FOR_BUILD) $(SECCOMP_FOR_BUILD_CPPFLAGS) -o $@ $< \
		$(SECCOMP_FOR_BUILD_LIBS)
lib/confine/filter_data.c: $(confine_generator)
	$(AM_V_GEN)$(confine_generator) '$(FILTER_PROCESSOR)' >$@.new && \
		mv $@.new $@

EXTRA_DIST += lib/confine/generate.c
CLEANFILES += $(confine_generator) lib/confine/filter_data.c \
	lib/confine/filter_data.c.new
