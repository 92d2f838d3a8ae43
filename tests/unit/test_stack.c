/* What a function has left on the stack is wiped. The functions here run on a
 * stack of their own, which can be looked at afterwards. */
#include "unit.h"

#include <stdbool.h>
#include <ucontext.h>

#include "lib/base/stack.h"

#define SECRET "a secret on the stack"

static char stack[1 << 17];
static ucontext_t tester, tested;
static bool wipes;

/* Leave the text some kilobytes below the caller's frame. */
__attribute__((noinline)) static void leave(void)
{
	char text[STACK_USED / 2];

	memset(text, 0, sizeof(text));
	memcpy(text, SECRET, sizeof(SECRET));
	/* So that the compiler takes the text for used. */
	__asm__ volatile("" : : "r"(text) : "memory");
}

static void run(void)
{
	leave();
	if (wipes)
		stack_wipe(STACK_USED);
}

static bool leaves_secret(void)
{
	memset(stack, 0, sizeof(stack));
	assert_int_equal(getcontext(&tested), 0);
	tested.uc_stack.ss_sp = stack;
	tested.uc_stack.ss_size = sizeof(stack);
	tested.uc_link = &tester;
	makecontext(&tested, run, 0);
	assert_int_equal(swapcontext(&tester, &tested), 0);
	return memmem(stack, sizeof(stack), SECRET, strlen(SECRET)) != NULL;
}

static void test_wipe(void **state)
{
	(void)state;
#ifdef __SANITIZE_ADDRESS__
	/* Its functions have no stack that anybody else may look at. */
	skip();
#endif
	wipes = false;
	assert_true(leaves_secret());
	wipes = true;
	assert_false(leaves_secret());
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_wipe),
	};

	return UNIT_RUN(tests);
}
