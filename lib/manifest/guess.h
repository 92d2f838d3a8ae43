/*
 * manifest_guess - which format a manifest has, when nobody has said so.
 */
#ifndef MINTAGE_LIB_MANIFEST_GUESS_H
#define MINTAGE_LIB_MANIFEST_GUESS_H

#include "reader.h"

/* The format of a file with this name, with or without folders before it: a
 * whole name that a reader knows, else an ending, both in any case. NULL when
 * the name doesn't tell, as .txt does not. The name of a list of other digests,
 * such as MD5SUMS, gives a reader that refuses it. */
const struct manifest_reader *manifest_guess_by_name(struct slice filename);

/* The format of this media type, which has no parameters; in any case. NULL
 * when it is none of a manifest, or a general one. */
const struct manifest_reader *
manifest_guess_by_media_type(struct slice media_type);

/* Is this media type, in any case, one that manifests of any format have, so
 * that the content must decide? text/plain is. */
bool manifest_guess_is_general(struct slice media_type);

/*
 * The format of a document, by its first line that isn't empty. Of all readers
 * the one with the greatest likelihood is taken; when several give the same,
 * the first of them in manifest_format_readers. Where no reader finds the line
 * likely, the first lines decide whether the document is a list of something
 * else (shape.h).
 *
 * ERROR_EMPTY for a document of blanks and line ends. ERROR_MALFORMED for a
 * line that is ambiguous to a reader, or that no reader finds possible.
 * ERROR_BAD_VALUE for a list of something else. The problem's pointer is
 * MANIFEST_DOCUMENT.
 */
enum error manifest_guess_by_content(struct slice text,
				     const struct manifest_reader **reader,
				     struct problem *problem) MUST_CHECK;

/* The document was taken for this format by a guess, and then refused. If the
 * guess may have been wrong, add to the problem what the document was taken
 * for, and how to say that it is a list of keys. */
void manifest_guess_explain(const struct manifest_reader *reader,
			    struct problem *problem);

/* The document could not be read in the format that was given or guessed. If
 * its first line shows that it is a list of something else, say so in *problem
 * instead, and return true. */
bool manifest_guess_explain_shape(const struct manifest_reader *reader,
				  struct slice text, struct problem *problem);

#endif
