// prong-zygote: the zygote as an executable of its own. A pool starts it; it is of no use by hand.
#include "zygote/zygote.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cstdio>

int main() {
  using prong::transport::ZygoteDescriptors;
  if (::fcntl(ZygoteDescriptors::ruleset, F_GETFD) < 0 || ::isatty(ZygoteDescriptors::socket) != 0) {
    std::fputs("prong-zygote: started by a Prong pool, not by hand. Try: prong --help\n", stderr);
    return 2;
  }
  prong::zygote::serve({});
}
