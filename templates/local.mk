# The files of templates/ are installed, and also compiled into the programs. A
# new template, or the texts of another language (texts.fr), need no line here.
# They are sorted, because the order in which a file system lists them differs,
# and would get into the programs.

templatesdir = $(pkgdatadir)/templates
template_files = $(sort $(wildcard $(srcdir)/%D%/*.tmpl $(srcdir)/%D%/texts.*))
dist_templates_DATA = $(template_files)

# The folder itself is a prerequisite, because a template may be removed.
lib/render/templates_data.c: $(template_files) $(srcdir)/%D% \
		$(srcdir)/%D%/embed.sh
	$(AM_V_at)$(MKDIR_P) lib/render
	$(AM_V_GEN)$(SHELL) $(srcdir)/%D%/embed.sh $(template_files) \
		>$@.new && mv $@.new $@

CLEANFILES += lib/render/templates_data.c lib/render/templates_data.c.new

# Pages load these files. The version in their address is a hash over all of them.
assets_files = $(sort $(wildcard $(srcdir)/%D%/assets/*.css $(srcdir)/%D%/assets/*.js))

cgi/web/assets_data.c: $(assets_files) $(srcdir)/%D%/assets \
		$(srcdir)/%D%/assets/embed.sh
	$(AM_V_at)$(MKDIR_P) cgi/web
	$(AM_V_GEN)$(SHELL) $(srcdir)/%D%/assets/embed.sh $(assets_files) \
		>$@.new && mv $@.new $@

CLEANFILES += cgi/web/assets_data.c cgi/web/assets_data.c.new
