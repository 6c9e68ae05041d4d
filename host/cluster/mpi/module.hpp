// The module that is linked with MPI: lib/prong/engines/mpi.so beside libprong.
#pragma once

#include "cluster/mpi/line.h"

namespace prong::cluster::mpi {

// Opens it, for good. Throws Refused ("no-mpi") with a sentence that says how to get it.
[[nodiscard]] const prong_mpi_line& open_module();

}  // namespace prong::cluster::mpi
