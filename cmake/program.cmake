# The program bellpull for a project that Bellpull is a part of. A build that
# generates must know its files when it is configured, so the program is built
# then, by a build of its own: for this machine, with none of the project's
# flags. BELLPULL_PROGRAM names one that is there already.
set(BELLPULL_HOST ${PROJECT_BINARY_DIR}/host)

function(bellpull_build)
  set(generator "Unix Makefiles")
  if(CMAKE_GENERATOR MATCHES "Ninja")
    set(generator "Ninja")
  endif()
  set(options -G ${generator} -DCMAKE_BUILD_TYPE=Release -DBUILD_TESTING=OFF
    -DBELLPULL_EXAMPLES=OFF)
  if(NOT CMAKE_CROSSCOMPILING)
    list(APPEND options -DCMAKE_C_COMPILER=${CMAKE_C_COMPILER})
  endif()
  cmake_host_system_information(RESULT jobs QUERY NUMBER_OF_LOGICAL_CORES)
  message(STATUS "Bellpull: building the program bellpull")
  foreach(step "-S;${PROJECT_SOURCE_DIR};-B;${BELLPULL_HOST};${options}"
      "--build;${BELLPULL_HOST};--target;bellpull;--parallel;${jobs}")
    execute_process(COMMAND ${CMAKE_COMMAND} ${step}
      RESULT_VARIABLE code OUTPUT_VARIABLE said ERROR_VARIABLE said)
    if(NOT code EQUAL 0)
      message(FATAL_ERROR "Bellpull: bellpull cannot be built:\n${said}")
    endif()
  endforeach()
endfunction()

set(program "${BELLPULL_PROGRAM}")
if(NOT program)
  file(GLOB_RECURSE sources
    ${PROJECT_SOURCE_DIR}/generator/* ${PROJECT_SOURCE_DIR}/templates/*
    ${PROJECT_SOURCE_DIR}/runtime/c/*)
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${sources})
  bellpull_build()
  set(program ${BELLPULL_HOST}/bellpull)
endif()
add_executable(Bellpull::bellpull IMPORTED GLOBAL)
set_target_properties(Bellpull::bellpull PROPERTIES
  IMPORTED_LOCATION ${program})
