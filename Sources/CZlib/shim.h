// zlib: the format of closed segments (RFC 1952), which every language can read.
#include <zlib.h>
