# What `cmake --install` puts where. The library's files are found again by
# pkg-config (bell.pc) and by find_package(Bellpull); both say where they lie
# relative to themselves, so an installed tree may be moved.
include(CMakePackageConfigHelpers)

set(BELL_PACKAGE_DIR ${CMAKE_INSTALL_LIBDIR}/cmake/Bellpull)

install(DIRECTORY runtime/c/include/bell
  DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} FILES_MATCHING PATTERN "*.h"
  PATTERN features.h EXCLUDE)
configure_file(cmake/features.h.in ${PROJECT_BINARY_DIR}/features.h @ONLY)
install(FILES ${PROJECT_BINARY_DIR}/features.h
  DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/bell)
install(TARGETS bell_shared EXPORT BellpullTargets
  LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR})
install(TARGETS bell_static EXPORT BellpullStaticTargets
  ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR})
foreach(targets BellpullTargets BellpullStaticTargets)
  install(EXPORT ${targets} NAMESPACE Bellpull::
    DESTINATION ${BELL_PACKAGE_DIR})
endforeach()

file(RELATIVE_PATH BELL_PC_PREFIX
  /prefix/${CMAKE_INSTALL_LIBDIR}/pkgconfig /prefix)
string(REGEX REPLACE "/$" "" BELL_PC_PREFIX ${BELL_PC_PREFIX})
list(JOIN BELL_REQUIRES ", " BELL_REQUIRES)
list(JOIN BELL_FEATURES " " BELL_FEATURES)
configure_file(cmake/bell.pc.in ${PROJECT_BINARY_DIR}/bell.pc @ONLY)
install(FILES ${PROJECT_BINARY_DIR}/bell.pc
  DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)

configure_package_config_file(cmake/BellpullConfig.cmake.in
  ${PROJECT_BINARY_DIR}/BellpullConfig.cmake
  INSTALL_DESTINATION ${BELL_PACKAGE_DIR} PATH_VARS CMAKE_INSTALL_BINDIR)
write_basic_package_version_file(
  ${PROJECT_BINARY_DIR}/BellpullConfigVersion.cmake
  COMPATIBILITY SameMinorVersion)
install(FILES
  ${PROJECT_BINARY_DIR}/BellpullConfig.cmake
  ${PROJECT_BINARY_DIR}/BellpullConfigVersion.cmake
  cmake/BellpullGenerate.cmake
  cmake/BellpullStamp.cmake
  DESTINATION ${BELL_PACKAGE_DIR})

# What editors complete and check schemas by.
install(FILES schemas/bellpull.schema.json
  DESTINATION ${CMAKE_INSTALL_DATADIR}/bellpull)
