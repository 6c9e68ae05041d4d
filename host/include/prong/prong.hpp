// Everything an embedder needs.
#pragma once

#include <prong/check.hpp>
#include <prong/pool.hpp>
#include <prong/signature.hpp>
