/* Configuration files. Both the file and the one secret that the seeds name lie
 * in memory, the second at a descriptor whose number they know. */
#include "check.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/config/config.h"
#include "lib/config/reach.h"
#include "lib/config/warnings.h"

#define SECRET_FILE 100 /* /proc/self/fd/100 */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Only for its owner to read, as configurations and keys must be. */
static int config_memory_file(void)
{
	int file = memfd_create("fuzz", 0);

	CHECK(file >= 0 && fchmod(file, 0600) == 0);
	return file;
}

static void config_put(int file, const void *data, size_t size)
{
	CHECK(ftruncate(file, 0) == 0);
	CHECK(pwrite(file, data, size, 0) == (ssize_t)size);
}

static void config_check_warning(void *context, const char *text)
{
	(void)context;
	CHECK(text[0] != '\0');
}

/* What the responder and the summary take for granted. */
static void config_check_downloads(const struct config *config)
{
	char why[CONFIG_REACH_WHY_MAX];
	struct config_reach reach;

	for (const struct download *one = config->downloads; one;
	     one = one->next) {
		CHECK(one->account && one->parent && one->bucket);
		CHECK(one->path[0] == '/' && one->ttl > 0);
		CHECK(one->open_to != OPEN_TO_LINK ||
		      (one->link_kinds && one->rules.secret->length > 0));
		for (const struct caller *caller = config->callers; caller;
		     caller = caller->next) {
			config_reach_find(&reach, caller, one);
			CHECK(reach.extent != CONFIG_REACH_NOTHING ||
			      config_reach_why(why, &reach, one)[0] != '\0');
		}
	}
	for (const struct domain *one = config->domains; one; one = one->next)
		CHECK(one->account && one->secret->length > 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static int file = -1;
	static char path[64];
	struct config *config = NULL;
	struct problem problem;

	if (file < 0) {
		int secret = config_memory_file();

		config_put(secret, "0123456789abcdef0123456789abcdef\n", 33);
		CHECK(dup2(secret, SECRET_FILE) == SECRET_FILE);
		file = config_memory_file();
		snprintf(path, sizeof(path), "/proc/self/fd/%d", file);
	}
	config_put(file, data, size);
	if (config_load(&config, path, &problem) == ERROR_NONE) {
		CHECK(config != NULL);
		CHECK(config->max_body > 0 && config->max_entries > 0);
		for (const struct parent *parent = config->parents; parent;
		     parent = parent->next)
			CHECK(parent->account != NULL);
		config_check_downloads(config);
		config_warnings(config, config_check_warning, NULL);
	} else {
		CHECK(config == NULL);
		CHECK(problem.error == ERROR_CONFIG);
		check_problem(&problem);
		CHECK(strncmp(problem.message, path, strlen(path)) == 0);
	}
	config_free(config);
	return 0;
}
