/*
 * empty - nothing at all, linked to everything that mintage.fcgi is linked to
 * (see the Makefile): what the system takes to start a program and end it.
 */
int main(void)
{
	return 0;
}
