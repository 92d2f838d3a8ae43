# tests/bench/: each .c a program of its own.

# Optimised builds of their own, dynamic and static, out of a copy of the source
# and not the source: automake wants that unconfigured, and whoever works in it
# has it built as they like. For BENCH_ONLY, BENCH_QUICK and BENCH_JSON see
# tests/bench/run. Without static libraries, what needs them is not measured.
bench:
	@$(SHELL) $(srcdir)/tests/deps.sh bench || :
	@$(MKDIR_P) bench-build/dynamic bench-build/static
	@$(MAKE) $(AM_MAKEFLAGS) -s distdir distdir=bench-build/source
	@cd bench-build/dynamic && { test -f Makefile || \
		../source/configure --quiet CC='$(CC)' CFLAGS=-O2; } && \
		$(MAKE) all build-bench npm-packages
	@cd bench-build/static && { test -f Makefile || \
		../source/configure --quiet CC='$(CC)' CFLAGS=-O2 \
			--enable-static-programs; } && \
		$(MAKE) mintage.fcgi tests/bench/empty || :
	@MINTAGE_SRC='$(abs_builddir)/bench-build/source' PYTHON='$(PYTHON)' \
		MINTAGE_BUILD='$(abs_builddir)/bench-build/dynamic' \
		MINTAGE_STATIC='$(abs_builddir)/bench-build/static' \
		$(PYTHON) $(srcdir)/%D%/run

# The empty one keeps every library that the responder has.
bench_programs = $(patsubst $(srcdir)/%.c,%,$(wildcard $(srcdir)/%D%/*.c))
build-bench: $(bench_programs)
tests/bench/empty: link = -Wl,--no-as-needed
$(bench_programs): %: $(srcdir)/%.c $(srcdir)/%D%/bench.h \
		libmintagecgi.a libmintage.a
	@$(MKDIR_P) tests/bench
	$(AM_V_CCLD)$(CC) $(DEFS) $(AM_CPPFLAGS) $(CPPFLAGS) $(AM_CFLAGS) \
		$(CFLAGS) $(AM_LDFLAGS) $(PROGRAM_LDFLAGS) $(LDFLAGS) $(link) \
		-o $@ $< libmintagecgi.a libmintage.a $(FCGI_LIBS) $(lib_libs) $(LIBS)

CLEANFILES += $(bench_programs)
clean-local:
	rm -rf bench-build

.PHONY: bench build-bench
