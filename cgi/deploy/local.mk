# cgi/deploy/ has the sample configuration, a configuration for each web server,
# and the scripts that make the bundle for FTP and the Debian package.

# An existing configuration belongs to its owner, so it is not replaced.
sample = $(srcdir)/%D%/mintage.conf
install-sample:
	@test -f '$(DESTDIR)$(configdir)/mintage.conf' || { \
		$(MKDIR_P) '$(DESTDIR)$(configdir)' && $(INSTALL) -m 640 \
			$(sample) '$(DESTDIR)$(configdir)/mintage.conf'; }

install-exec-hook:
	cd '$(DESTDIR)$(pkglibexecdir)' && \
		rm -f mintage.cgi && $(LN_S) mintage.fcgi mintage.cgi

uninstall-hook:
	rm -f '$(DESTDIR)$(pkglibexecdir)/mintage.cgi' \
		'$(DESTDIR)$(bashcompletiondir)/mintage'
	@if cmp -s $(sample) '$(DESTDIR)$(configdir)/mintage.conf'; then \
		rm -f '$(DESTDIR)$(configdir)/mintage.conf'; fi
	-@rmdir '$(DESTDIR)$(configdir)' '$(DESTDIR)$(templatesdir)' \
		'$(DESTDIR)$(pkgdatadir)' '$(DESTDIR)$(pkglibexecdir)' \
		'$(DESTDIR)$(docdir)' 2>/dev/null; :

# ---- configurations for web servers, with the configured folders in them ---

# Install each file of this folder, except those that only the build uses.
deploydir = $(docdir)/deploy
deploy_unwanted = bundle.sh deb.sh demo.sh local.mk mintage.conf
deploy_files = $(filter-out $(addprefix $(srcdir)/%D%/,$(deploy_unwanted)), \
	$(wildcard $(srcdir)/%D%/*))
install-deploy:
	@$(MKDIR_P) '$(DESTDIR)$(deploydir)'
	@echo " install configurations in '$(DESTDIR)$(deploydir)'"
	@for file in $(deploy_files); do \
		to='$(DESTDIR)$(deploydir)'/$${file##*/}; \
		case $$file in \
		*/fill.sh) cp "$$file" "$$to" ;; \
		*) test -f "$$file" || continue; \
			$(SHELL) $(srcdir)/%D%/fill.sh --loose "$$file" \
				/usr/libexec/mintage='$(pkglibexecdir)' \
				/etc/mintage='$(configdir)' >"$$to" ;; \
		esac && case $$file in \
		*.sh) chmod 755 "$$to" ;; \
		*) chmod 644 "$$to" ;; \
		esac || exit 1; \
	done
uninstall-local:
	rm -rf '$(DESTDIR)$(deploydir)'

# ---- packages: the bundle for FTP, the Debian package -----------------------

# Build each from a copy of the files that the tarball has, so that it does not
# matter how this tree was configured.
bundle deb:
	@$(MAKE) $(AM_MAKEFLAGS) -s distdir distdir=$(PACKAGE)-for-$@
	@SOURCE_DATE_EPOCH=$(source_date) CC='$(CC)' \
		$(SHELL) $(srcdir)/%D%/$@.sh \
		$(PACKAGE)-for-$@ . $(VERSION); \
		status=$$?; rm -rf $(PACKAGE)-for-$@; exit $$status

demo: all
	@$(places) DEMO_PORT='$(DEMO_PORT)' DEMO_ONCE='$(DEMO_ONCE)' \
		$(SHELL) $(srcdir)/%D%/demo.sh

.PHONY: bundle deb demo install-completion install-deploy install-sample
