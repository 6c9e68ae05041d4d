# prong_install_pkg_config(FILE.pc.in): installs FILE.pc, which finds its prefix from where it lies.
function(prong_install_pkg_config template)
  cmake_path(GET template STEM LAST_ONLY name)
  cmake_path(RELATIVE_PATH CMAKE_INSTALL_PREFIX BASE_DIRECTORY ${CMAKE_INSTALL_FULL_LIBDIR}/pkgconfig
             OUTPUT_VARIABLE prefix_from_pkg_config)
  configure_file(${template} ${CMAKE_CURRENT_BINARY_DIR}/${name} @ONLY)
  install(FILES ${CMAKE_CURRENT_BINARY_DIR}/${name} DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig COMPONENT libprong-dev)
endfunction()
