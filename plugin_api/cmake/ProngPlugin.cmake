# prong_add_plugin(MODULE SOURCES file… [LIBRARIES library…] [NO_INSTALL])
#
# Adds the target MODULE-plugin, which builds the plugin of the module MODULE, as in
#   prong_add_plugin(acme.stats SOURCES stats.cpp LIBRARIES acme::stats)
# for `PRONG_MODULE(acme::stats, …)`: the file acme-_-stats.so, installed where the `prong` of the same prefix finds it
# (PRONG_PLUGIN_INSTALL_DIR) unless NO_INSTALL is given. When PRONG_PLUGIN_OUTPUT_DIRECTORY is set, the file is built there. Sources may be in any language that can
# export the functions of <prong/plugin.h>. Of sources in Rust, the first is the crate's root; rustc 1.82 or newer
# compiles it, and finds the macros of plugin.rs in PRONG_PLUGIN_RS. The project needs the language C then.
include_guard(GLOBAL)
include(GNUInstallDirs)
# The crate as a static library, all of which becomes part of the target; what is not exported is dropped again.
function(_prong_link_rust target)
  list(GET ARGN 0 root)
  cmake_path(ABSOLUTE_PATH root)
  find_program(PRONG_RUSTC rustc HINTS $ENV{CARGO_HOME}/bin $ENV{HOME}/.cargo/bin)
  if(NOT PRONG_RUSTC)
    message(FATAL_ERROR "${target} is written in Rust, and there is no rustc: install it, or set PRONG_RUSTC")
  endif()
  execute_process(COMMAND ${PRONG_RUSTC} --version OUTPUT_VARIABLE version ERROR_VARIABLE version
                  OUTPUT_STRIP_TRAILING_WHITESPACE)
  if(NOT version MATCHES "^rustc ([0-9]+[.][0-9]+)" OR CMAKE_MATCH_1 VERSION_LESS 1.82)
    message(FATAL_ERROR "${target} is written in Rust, which takes rustc 1.82 or newer, and ${PRONG_RUSTC} says: "
                        "${version}. Install a newer one, or set PRONG_RUSTC")
  endif()
  set(macros ${CMAKE_CURRENT_FUNCTION_LIST_DIR}/plugin.rs)
  set(archive ${CMAKE_CURRENT_BINARY_DIR}/${target}.a)
  add_custom_command(
    OUTPUT ${archive}
    COMMAND ${CMAKE_COMMAND} -E env PRONG_PLUGIN_RS=${macros} ${PRONG_RUSTC} --edition 2021 --crate-name plugin
            --crate-type staticlib -C opt-level=3 -C relocation-model=pic -o ${archive} ${root}
    DEPENDS ${ARGN} ${macros} VERBATIM)
  set(stub ${CMAKE_CURRENT_BINARY_DIR}/${target}.c)
  file(CONFIGURE OUTPUT ${stub} CONTENT "/* All of it is in ${target}.a. */\ntypedef int nothing;\n")
  target_sources(${target} PRIVATE ${stub} ${archive})
  target_link_options(${target} PRIVATE -Wl,--whole-archive ${archive} -Wl,--no-whole-archive -Wl,--gc-sections
                      $<$<CONFIG:Release>:-Wl,--strip-debug>)
  target_link_libraries(${target} PRIVATE gcc_s pthread ${CMAKE_DL_LIBS} m)
  set_property(TARGET ${target} APPEND PROPERTY LINK_DEPENDS ${archive})
endfunction()

function(prong_add_plugin module)
  cmake_parse_arguments(PARSE_ARGV 1 arg NO_INSTALL "" "SOURCES;LIBRARIES")
  if(NOT module MATCHES "^[A-Za-z_][A-Za-z0-9_]*(\\.[A-Za-z_][A-Za-z0-9_]*)*$")
    message(FATAL_ERROR "prong_add_plugin: '${module}' is no module name: identifiers with dots between them")
  endif()
  if(arg_UNPARSED_ARGUMENTS OR NOT arg_SOURCES)
    message(FATAL_ERROR "prong_add_plugin(${module}) needs SOURCES and takes LIBRARIES and NO_INSTALL")
  endif()

  set(target ${module}-plugin)
  set(exports ${CMAKE_CURRENT_FUNCTION_LIST_DIR}/plugin-exports.map)
  string(REPLACE "." "-_-" file_name ${module})
  set(rust_sources ${arg_SOURCES})
  list(FILTER rust_sources INCLUDE REGEX "[.]rs$")
  list(FILTER arg_SOURCES EXCLUDE REGEX "[.]rs$")
  add_library(${target} MODULE ${arg_SOURCES})
  target_link_libraries(${target} PRIVATE prong::plugin ${arg_LIBRARIES})
  set_target_properties(${target} PROPERTIES
    PREFIX ""
    OUTPUT_NAME ${file_name}
    SUFFIX .so
    C_VISIBILITY_PRESET hidden
    CXX_VISIBILITY_PRESET hidden
    VISIBILITY_INLINES_HIDDEN ON
    LINK_DEPENDS ${exports})
  if(rust_sources)
    _prong_link_rust(${target} ${rust_sources})
  endif()
  if(PRONG_PLUGIN_OUTPUT_DIRECTORY)
    set_target_properties(${target} PROPERTIES LIBRARY_OUTPUT_DIRECTORY ${PRONG_PLUGIN_OUTPUT_DIRECTORY})
  endif()

  target_compile_options(${target} PRIVATE $<$<CONFIG:Release>:-O3>)
  target_link_options(${target} PRIVATE -Wl,--version-script=${exports} -Wl,--build-id=sha1)
  # A plugin that lacks a symbol fails here and not in a worker; the sanitizers' symbols are in the executable.
  if(NOT PRONG_SANITIZE)
    target_link_options(${target} PRIVATE -Wl,-z,defs)
  endif()

  if(NOT arg_NO_INSTALL)
    # An installed Prong says where: below /usr, this project may have another folder for libraries than Prong has.
    if(NOT PRONG_PLUGIN_INSTALL_DIR)
      set(PRONG_PLUGIN_INSTALL_DIR ${CMAKE_INSTALL_LIBDIR}/prong/plugins)
    endif()
    install(TARGETS ${target} LIBRARY DESTINATION ${PRONG_PLUGIN_INSTALL_DIR})
  endif()
endfunction()
