#include "action.h"

#include "key.h"

const char *const action_names[ACTION_COUNT] = {
	[ACTION_HEAD_OBJECT] = "HeadObject",
	[ACTION_GET_OBJECT] = "GetObject",
	[ACTION_GET_BUCKET_LOCATION] = "GetBucketLocation",
	[ACTION_LIST_OBJECTS_V1] = "ListObjectsV1",
	[ACTION_LIST_OBJECTS_V2] = "ListObjectsV2",
	[ACTION_LIST_MULTIPART_UPLOADS] = "ListMultipartUploads",
	[ACTION_LIST_PARTS] = "ListParts",
	[ACTION_PUT_OBJECT] = "PutObject",
	[ACTION_DELETE_OBJECT] = "DeleteObject",
	[ACTION_DELETE_OBJECTS] = "DeleteObjects",
	[ACTION_COPY_OBJECT] = "CopyObject",
	[ACTION_CREATE_MULTIPART_UPLOAD] = "CreateMultipartUpload",
	[ACTION_UPLOAD_PART] = "UploadPart",
	[ACTION_UPLOAD_PART_COPY] = "UploadPartCopy",
	[ACTION_ABORT_MULTIPART_UPLOAD] = "AbortMultipartUpload",
	[ACTION_COMPLETE_MULTIPART_UPLOAD] = "CompleteMultipartUpload",
};

enum error action_parse(struct slice text, const char *pointer, abilities *set,
			struct problem *problem)
{
	char quoted[KEY_QUOTE_MAX];
	const char *nearest;

	for (size_t i = 0; i < ACTION_COUNT; i++) {
		if (!slice_is(text, action_names[i]))
			continue;
		if (*set & ACTION_BIT(i))
			return problem_set(problem, ERROR_DUPLICATE_FIELD,
					   pointer,
					   "%s is given twice; once is enough",
					   action_names[i]);
		*set |= ACTION_BIT(i);
		return ERROR_NONE;
	}
	key_quote(quoted, text);
	nearest = slice_nearest(text, action_names, ACTION_COUNT);
	if (nearest)
		return problem_set(problem, ERROR_BAD_VALUE, pointer,
				   "'%s' is no action; did you mean '%s'?",
				   quoted, nearest);
	return problem_set(problem, ERROR_BAD_VALUE, pointer,
			   "'%s' is no action of R2; actions have names like "
			   "GetObject, PutObject, ListObjectsV2",
			   quoted);
}
