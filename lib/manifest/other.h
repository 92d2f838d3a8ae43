/*
 * other - the names of lists that no format here reads: digests that are not
 * SHA-256.
 */
#ifndef MINTAGE_LIB_MANIFEST_OTHER_H
#define MINTAGE_LIB_MANIFEST_OTHER_H

#include "reader.h"

/*
 * A reader for a file with this name, without folders, if the name says that it
 * is a list of other digests: MD5SUMS, a.iso.sha1, manifest-sha512.txt, a.sfv.
 * NULL for any other name. The reader refuses the list with ERROR_BAD_VALUE,
 * unless the content shows that its digests are SHA-256 all the same.
 */
const struct manifest_reader *other_find(struct slice name);

#endif
