# tests/: the unit programs, and the goals that run what is here.

# What every script of ours finds in its environment.
places = MINTAGE_BUILD='$(abs_builddir)' MINTAGE_SRC='$(abs_srcdir)' \
	MINTAGE_SANITIZERS='$(enable_sanitizers)' PYTHON='$(PYTHON)'

# ---- unit tests: each tests/unit/test_*.c is a program of its own -----------

unit_tests = $(patsubst $(srcdir)/%.c,%,$(wildcard $(srcdir)/%D%/unit/*.c))
build-tests: $(unit_tests)

# A program is made anew when its source, a header of it, or an object that was
# linked into it is newer. The compiler writes down which headers these are, the
# linker which members of the archives; members have no folder in their names, so
# every object of that name counts.
unit_archives = libmintageweb.a libmintagecli.a libmintagecgi.a libmintage.a
unit_cppflags = $(DEFS) $(AM_CPPFLAGS) $(CPPFLAGS) -MMD -MP -MT $@ -MF $@.d
unit_objects = sed -n 's/^lib[a-z]*\.a(\([^)]*\)).*/\1/p' $@.map | sort -u | \
	while read -r object; do ls lib/*/$$object cgi/*/$$object; done 2>&-
$(unit_tests): %: $(srcdir)/%.c | $(unit_archives)
	@$(MKDIR_P) tests/unit
	$(AM_V_CCLD)$(CC) $(unit_cppflags) $(AM_CFLAGS) \
		$(CFLAGS) $(AM_LDFLAGS) $(LDFLAGS) -Wl,-Map=$@.map -o $@ $< \
		$(unit_archives) \
		$(CMOCKA_LIBS) $(FCGI_LIBS) $(JSON_C_LIBS) $(lib_libs) $(LIBS)
	@for object in $$($(unit_objects)); do \
		echo "$@: $$object" && echo "$$object:"; \
	done >>$@.d && rm -f $@.map
-include $(wildcard tests/unit/*.d)

CLEANFILES += $(unit_tests) $(addsuffix .d,$(unit_tests))

# The responder with a path more, which tries what it never does; see its file.
inside = tests/e2e/web/inside
build-tests: $(inside)
$(inside): $(srcdir)/$(inside).c $(srcdir)/cgi/web/responder.c $(unit_archives)
	@$(MKDIR_P) tests/e2e/web
	$(AM_V_CCLD)$(CC) $(DEFS) $(AM_CPPFLAGS) $(CPPFLAGS) $(AM_CFLAGS) \
		$(CFLAGS) $(AM_LDFLAGS) $(LDFLAGS) -o $@ $< \
		$(unit_archives) $(FCGI_LIBS) $(JSON_C_LIBS) $(lib_libs) $(LIBS)
CLEANFILES += $(inside)

# ---- make check, lint, fuzz, deps -------------------------------------------

# SUITES='unit e2e/cli' runs the suites with one of these in their name.
if HAVE_CMOCKA
check-local: build-tests npm-packages
	@$(places) CC='$(CC)' $(PYTHON) $(srcdir)/%D%/run $(SUITES)
else
check-local:
	@echo 'make check: cmocka not found: install libcmocka-dev' \
		"(or run 'make deps'), then configure again" >&2; exit 1
endif

# node looks for packages where the importing file lies, so what lies in
# tests/npm is run from the build directory, beside its packages. Where these
# can't be had, tests/run counts that as a failure and goes on.
npm_files = $(wildcard $(srcdir)/%D%/npm/*.*)
npm-packages: tests/npm/.ready
	@test '$(srcdir)' = . || test -z '$(npm_files)' || \
		cp -f $(npm_files) tests/npm/
tests/npm/.ready: $(filter %/package.json %/package-lock.json,$(npm_files))
	@test -z '$^' || { $(MKDIR_P) tests/npm && \
		{ test '$(srcdir)' = . || cp -f $^ tests/npm/; } && \
		echo '  NPM      tests/npm' && cd tests/npm && \
		npm ci --ignore-scripts --no-audit --no-fund --loglevel=error && \
		touch .ready; } || echo 'npm ci failed' >&2

lint:
	@$(places) $(SHELL) $(srcdir)/%D%/lint.sh \
		$(LANGUAGE_FLAGS) $(DEFS) $(AM_CPPFLAGS) $(CPPFLAGS)

# make fuzz SECONDS=600 TARGETS='request grant': longer, and just these.
fuzz:
	@$(places) FUZZ_SECONDS='$(or $(SECONDS),$(FUZZ_SECONDS),20)' \
		FUZZ_TARGETS='$(or $(TARGETS),$(FUZZ_TARGETS))' \
		$(SHELL) $(srcdir)/%D%/$@/run

# Which lines and branches do the tests run? It needs gcc, and half an hour.
coverage:
	@$(places) $(PYTHON) $(srcdir)/%D%/coverage/run $(SUITES)

# Do the tests notice a wrong line? It takes a quarter of an hour.
mutations:
	@$(places) $(PYTHON) $(srcdir)/%D%/mutation/run $(MUTATIONS)

# Is what is made here the same, wherever and by whomever? Without PARTS, all
# that is made is made twice, in ten minutes.
check-reproducible:
	@$(places) $(SHELL) $(srcdir)/%D%/reproducible.sh $(PARTS)

# Does a branch or an address depend on a secret? The program is linked with the
# objects of the programs that are installed, so it says something of this
# compiler and these flags.
sidechannel = tests/sidechannel/sidechannel
$(sidechannel): $(srcdir)/%D%/sidechannel/sidechannel.c \
		libmintagecgi.a libmintage.a
	@$(MKDIR_P) tests/sidechannel
	$(AM_V_CCLD)$(CC) $(DEFS) $(AM_CPPFLAGS) $(CPPFLAGS) $(AM_CFLAGS) \
		$(CFLAGS) $(AM_LDFLAGS) $(LDFLAGS) -Wl,--wrap=digest_equal \
		-o $@ $< libmintagecgi.a libmintage.a \
		$(CMOCKA_LIBS) $(JSON_C_LIBS) $(lib_libs) $(LIBS)
check-sidechannel:
	@$(places) MAKE='$(MAKE) $(AM_MAKEFLAGS)' \
		$(SHELL) $(srcdir)/%D%/sidechannel/run $(sidechannel)
CLEANFILES += $(sidechannel)

# TORTURE='ROW FAULT N' chooses, as tests/torture/run tells; --slice 40 takes one
# fault of forty, and at least one for each kind of call in each row.
torture: all
	@$(places) CC='$(CC)' $(PYTHON) $(srcdir)/%D%/torture/run $(TORTURE)

# Real servers under load, while everything happens to them: SECONDS=600 for
# longer, SEED=1 for the plan of another run, SERVERS='lighttpd' for one of them.
soak: all
	@$(places) CC='$(CC)' SOAK_SECONDS='$(SECONDS)' SOAK_SEED='$(SEED)' \
		SOAK_SERVERS='$(SERVERS)' $(PYTHON) $(srcdir)/%D%/soak/run

# A whole system to install the Debian package into: needs root, takes two
# minutes.
check-deb:
	@$(places) $(PYTHON) $(srcdir)/%D%/deb/run

# `make check` in a fresh clone in another Debian: needs root, takes ten minutes.
check-debian:
	@$(places) $(SHELL) $(srcdir)/%D%/deb/check

deps:
	@$(SHELL) $(srcdir)/%D%/deps.sh $(filter-out deps,$(MAKECMDGOALS))

distclean-local:
	rm -rf fuzz torture tests/npm/.ready tests/npm/node_modules
	test '$(srcdir)' = . || rm -rf tests/npm

.PHONY: build-tests check-deb check-debian check-reproducible \
	check-sidechannel coverage deps fuzz lint mutations npm-packages soak \
	torture
