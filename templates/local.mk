# templates/ is installed as it is, and compiled in. A new template is found by
# itself.

templatesdir = $(pkgdatadir)/templates
template_files = $(wildcard $(srcdir)/%D%/*.tmpl)
dist_templates_DATA = $(template_files)

# The folder itself is a prerequisite, because a template may be taken away.
lib/render/templates_data.c: $(template_files) $(srcdir)/%D% \
		$(srcdir)/%D%/embed.sh
	$(AM_V_at)$(MKDIR_P) lib/render
	$(AM_V_GEN)$(SHELL) $(srcdir)/%D%/embed.sh $(template_files) \
		>$@.new && mv $@.new $@

CLEANFILES += lib/render/templates_data.c lib/render/templates_data.c.new
