/* Debian's libunwind.a was compiled against glibc with checked formatting and calls this one function of it;
 * musl has none. Linked beside libc.a, so that no program needs to know. */
#include <stdarg.h>
#include <stdio.h>
int __fprintf_chk(FILE *stream, int level, const char *format, ...)
{
    (void)level;
    va_list arguments;
    va_start(arguments, format);
    int written = vfprintf(stream, format, arguments);
    va_end(arguments);
    return written;
}
