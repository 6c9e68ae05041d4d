// Everything an embedder needs.
#pragma once

#include <prong/pool.hpp>
