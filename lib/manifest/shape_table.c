#include "shape_table.h"

#include "shape_lines.h"
#include "shape_pattern.h"

/* ---- remedies ------------------------------------------------------------ */

#define TO_SHA256                                                      \
	"Mintage binds an upload to a SHA-256 digest alone; make the " \
	"list with sha256sum"
#define TO_FIND "list the names alone with find . -type f -printf '%P\\n'"
#define TO_AWS                                                         \
	"send what aws s3api list-objects-v2 --bucket BUCKET --query " \
	"'Contents[].Key' --output json prints"
#define TO_RCLONE \
	"list the keys alone with rclone lsf -R --files-only REMOTE:BUCKET"
#define TO_UTF8 "save the file as UTF-8"
#define TO_POWERSHELL                                                       \
	"print a digest and a path a line with Get-FileHash * | ForEach { " \
	"$_.Hash + '  ' + (Split-Path -Leaf $_.Path) }"

/* ---- the table ----------------------------------------------------------- */

#define DIGESTS(title, count, begin)                                        \
	{                                                                   \
		.name = "a list of " title " digests", .remedy = TO_SHA256, \
		.fit = shape_lines_digest, .digits = (count),               \
		.algorithm = (begin)                                        \
	}

const struct shape shape_table[] = {
	{ .name = "what sha256sum prints",
	  .format = "sha256sum",
	  .fit = shape_lines_sha256 },

	/* ---- bytes ---- */
	{ .name = "UTF-16",
	  .remedy = TO_UTF8,
	  .opening = { "\xFF\xFE%*", "\xFE\xFF%*" },
	  .fit = shape_lines_utf16 },
	{ .name = "an Excel workbook or another ZIP file",
	  .remedy = "save the table as CSV UTF-8",
	  .opening = { "PK\x03\x04%*" } },
	{ .name = "a compressed file",
	  .remedy = "decompress it before it is sent",
	  .opening = { "\x1F\x8B%*", "BZh%d%*",
		       "\xFD"
		       "7zXZ%*",
		       "\x28\xB5\x2F\xFD%*" } },
	{ .name = "names that end in NUL, as find -print0 prints them",
	  .remedy = "end each name with a line end, as find -print does",
	  .fit = shape_lines_nul },
	{ .name = "lines with a carriage return inside",
	  .remedy = "save the file with line ends of Unix or Windows, or use "
		    "tr '\\r' '\\n'",
	  .header = true,
	  .fit = shape_lines_carriage_return,
	  .similar_min = 1 },

	/* ---- digests ---- */
	{ .name = "a text signed with PGP",
	  .remedy = "take the signature away with gpg --decrypt",
	  .opening = { "-----BEGIN %*" } },
	DIGESTS("MD5", 32, "MD5"),
	DIGESTS("SHA-1", 40, "SHA1"),
	DIGESTS("SHA-224", 56, "SHA224"),
	DIGESTS("SHA-384", 96, "SHA384"),
	DIGESTS("SHA-512 or BLAKE2", 128, "SHA512"),
	DIGESTS("BLAKE2 or BLAKE3", 0, "BLAKE"),
	DIGESTS("SHA-256", 0, "SHA256"),
	DIGESTS("CRC-32", 8, "CRC"),
	DIGESTS("XXH64", 16, "XXH"),
	DIGESTS("other", 48, ""),
	{ .name = "what hashdeep prints",
	  .remedy = "use sha256deep -rl instead",
	  .opening = { "%%%%%%%% HASHDEEP%*" },
	  .alike = { "%%%%%%%% %*", "%d,%X,%*" } },
	{ .name = "an SFV list of CRC-32 sums",
	  .remedy = TO_SHA256,
	  .fit = shape_lines_sfv },
	{ .name = "what cksum prints",
	  .remedy = TO_SHA256,
	  .alike = { "%N %d %*", "%d%_%d %*" },
	  .similar = { "%d %d %*" } },
	{ .name = "what sha256sum --check prints",
	  .remedy = "send the list that was checked",
	  .fit = shape_lines_check },
	{ .name = "what certutil -hashfile prints",
	  .remedy = TO_POWERSHELL,
	  .alike = { "CertUtil: %*", "SHA%w hash of %*", "MD%d hash of %*" },
	  .similar = { "%X" } },
	{ .name = "what Get-FileHash prints",
	  .remedy = TO_POWERSHELL,
	  .alike = { "SHA%d %X %*", "MD5 %X %*", "Algorithm Hash Path%~",
		     "Algorithm : %*", "Hash : %X%~" },
	  .similar = { "%-", "Path : %*" } },

	/* ---- storage ---- */
	{ .name = "what s3cmd ls prints",
	  .remedy = TO_RCLONE,
	  .alike = { "%D %t %s s3://%*", " DIR s3://%*" } },
	{ .name = "what gsutil ls -l prints",
	  .remedy = TO_RCLONE,
	  .alike = { "%~%d %DT%w gs://%*" } },
	{ .name = "what mc ls prints",
	  .remedy = "list the keys alone with mc ls -r --json ALIAS/BUCKET | "
		    "jq -r .key",
	  .opening = { "[%D %T %w %*" } },
	{ .name = "what aws s3 ls prints",
	  .remedy = TO_AWS,
	  .alike = { "%D %T %s %*", " PRE %*" },
	  .similar = { "%~Total Objects: %d", "%~Total Size: %*" } },
	{ .name = "what aws prints for an empty list",
	  .remedy = "look for objects in the bucket first",
	  .alike = { "None", "null" } },
	{ .name = "what rclone lsl or rclone lsd prints",
	  .remedy = TO_RCLONE,
	  .alike = { "%~%n %D %T %*" } },
	{ .name = "what rclone lsf --format prints",
	  .remedy = TO_RCLONE,
	  .fit = shape_lines_lsf },
	{ .name = "addresses, not keys",
	  .remedy = "a key is what follows the bucket's name; take the rest "
		    "away with sed 's|^[a-z0-9]*://[^/]*/||'",
	  .fit = shape_lines_address },

	/* ---- files ---- */
	{ .name = "what tar -tv prints",
	  .remedy = "list the names alone with tar -t",
	  .alike = { "%m %w %d %D %t %*", "%m %w %d %D %T %*" } },
	{ .name = "what unzip -l prints",
	  .remedy = "list the names alone with unzip -Z1",
	  .opening = { "Archive: %*" },
	  .alike = { "%~%d %q %t %*", "%m %d.%d %w %*" },
	  .similar = { "%~Length Date Time Name", "%-", "Archive: %*" } },
	{ .name = "what find -ls prints",
	  .remedy = TO_FIND,
	  .alike = { "%~%d %d %m %*" } },
	{ .name = "what ls -l prints",
	  .remedy = TO_FIND,
	  .alike = { "%m %*", "%d %m %*" },
	  .similar = { "%w %s" } },
	{ .name = "what tree prints",
	  .remedy = TO_FIND,
	  .alike = { "%~\u251C%*", "%~\u2502%*", "%~\u2514%*" } },
	{ .name = "what du prints", .remedy = TO_FIND, .alike = { "%s\t%*" } },
	{ .name = "what dir prints in PowerShell",
	  .remedy = "list the names alone with Get-ChildItem -Name",
	  .alike = { "%a%_%d%*", "Mode LastWriteTime %*" },
	  .similar = { "%-", "%~Directory: %*" } },
	{ .name = "what dir prints",
	  .remedy = "list the names alone with dir /b",
	  .alike = { "%q%_%t%*", " Volume Serial Number is %*",
		     " Directory of %*" },
	  .similar = { " Volume in drive %*", " %d File(s) %*",
		       " %d Dir(s) %*" } },
	{ .name = "a number before each key, as rclone ls, wc and uniq -c print",
	  .remedy = TO_RCLONE,
	  .alike = { " %d %*" },
	  .similar = { "%N %*" },
	  .similar_min = 2 },

	/* ---- tables ---- */
	{ .name = "HTML or XML",
	  .remedy = "send a list of keys, one a line",
	  .opening = { "<?xml%*", "<!DOCTYPE %*", "<!doctype %*", "<html%*",
		       "<ListBucketResult%*" } },
	{ .name = "a table as aws --output table prints it",
	  .remedy = TO_AWS,
	  .alike = { "| %*", "|-%*", "+-%*" },
	  .similar = { "%-" } },
	{ .name = "a list in YAML",
	  .remedy =
		  "send it as JSON, or take the dashes away with sed 's/^- //'",
	  .similar = { "- %*" },
	  .similar_min = 2 },
	{ .name = "a row of a CSV without the header",
	  .remedy = "write the names of its columns in a line above it, such "
		    "as key,ttlSeconds",
	  .header = true,
	  .fit = shape_lines_row,
	  .similar_min = 2 },
	{ .name = "keys or columns with tabs between them",
	  .remedy = "write a key a line; aws does with --output json, and so "
		    "does tr '\\t' '\\n'",
	  .header = true,
	  .fit = shape_lines_tab },
	{ .name = NULL },
};

/* ---- using it ------------------------------------------------------------ */

static bool is_one_of(const char *const patterns[SHAPE_PATTERNS],
		      struct slice line)
{
	for (size_t i = 0; i < SHAPE_PATTERNS && patterns[i]; i++) {
		if (shape_pattern_matches(patterns[i], line))
			return true;
	}
	return false;
}

enum shape_fit shape_table_fit(const struct shape *shape, struct slice line)
{
	enum shape_fit fit = shape->fit ? shape->fit(shape, line) : SHAPE_OTHER;

	if (fit == SHAPE_ALIKE || is_one_of(shape->alike, line))
		return SHAPE_ALIKE;
	return is_one_of(shape->similar, line) ? SHAPE_SIMILAR : fit;
}

bool shape_table_opens(const struct shape *shape, struct slice line)
{
	return is_one_of(shape->opening, line);
}
