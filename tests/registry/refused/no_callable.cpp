// prong: define takes a function or an object with one operator() that is no template, nor has auto
#include <prong/registry.hpp>

void define(prong::Registry& functions) { functions.define("f", 3.0); }
