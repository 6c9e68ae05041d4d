# Run by CPack before it packs: adds what Debian wants of every package, and compresses what it wants compressed.
set(source ${CMAKE_CURRENT_LIST_DIR}/../..)
find_program(gzip gzip REQUIRED)

function(compress)
  if(ARGN)
    execute_process(COMMAND ${gzip} -9nf ${ARGN} COMMAND_ERROR_IS_FATAL ANY)
  endif()
endfunction()

string(TIMESTAMP date "%a, %d %b %Y %H:%M:%S +0000" UTC)  # or that of SOURCE_DATE_EPOCH
foreach(package IN LISTS CPACK_COMPONENTS_ALL)
  set(share ${CPACK_TEMPORARY_DIRECTORY}/${package}${CPACK_PACKAGING_INSTALL_PREFIX}/share)
  set(doc ${share}/doc/${package})
  file(COPY ${CPACK_PRONG_COPYRIGHT} DESTINATION ${doc})
  file(COPY_FILE ${source}/CHANGELOG.md ${doc}/changelog)
  file(WRITE ${doc}/changelog.Debian
"prong (${CPACK_PACKAGE_VERSION}-${CPACK_DEBIAN_PACKAGE_RELEASE}) unstable; urgency=medium

  * Made of the sources by CPack; changelog.gz says what is new.

 -- ${CPACK_PACKAGE_CONTACT}  ${date}
")
  if(EXISTS ${share}/zsh/site-functions)  # elsewhere; in Debian, that is the administrator's
    file(RENAME ${share}/zsh/site-functions ${share}/zsh/vendor-completions)
  endif()
  file(GLOB pages ${share}/man/man*/*)
  compress(${doc}/changelog ${doc}/changelog.Debian ${pages})
endforeach()
