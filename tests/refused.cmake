# test_refused(PREFIX HEADER DIRECTORY…): each file in refused/ must be a compile error of one sentence. They begin with
# HEADER, which the directories have, and whose parsing takes most of the time: g++ has it precompiled.
function(test_refused prefix header)
  list(TRANSFORM ARGN PREPEND -I OUTPUT_VARIABLE flags)
  if(CMAKE_CXX_COMPILER_ID STREQUAL GNU)
    set(first ${CMAKE_CURRENT_BINARY_DIR}/refused/first.hpp)
    file(CONFIGURE OUTPUT ${first} CONTENT "#include <${header}>\n")
    add_custom_command(OUTPUT ${first}.gch
                       COMMAND ${CMAKE_CXX_COMPILER} -std=c++20 ${flags} -MD -MF ${first}.d -x c++-header ${first} -o ${first}.gch
                       DEPENDS ${first} DEPFILE ${first}.d VERBATIM)
    add_custom_target(${prefix}.refused.header ALL DEPENDS ${first}.gch)
    list(APPEND flags -include ${first})
  endif()
  file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/refused/*.cpp)
  foreach(source IN LISTS sources)
    cmake_path(GET source STEM crime)
    add_test(NAME ${prefix}.refused.${crime}
             COMMAND ${CMAKE_COMMAND} -DCOMPILER=${CMAKE_CXX_COMPILER} "-DFLAGS=${flags}" -DSOURCE=${source}
                     -P ${PROJECT_SOURCE_DIR}/tests/expect_sentence.cmake)
  endforeach()
endfunction()
