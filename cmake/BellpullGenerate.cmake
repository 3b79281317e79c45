# bellpull_generate(TARGET SCHEMA...): a library of the typed clients of the
# schemas, made at build time and made again when a schema changes. Who links
# to TARGET can include <service>.h and needs nothing else.
cmake_policy(PUSH)
cmake_policy(VERSION 3.20...3.25)
function(bellpull_generate target)
  if(NOT TARGET Bellpull::bellpull)
    message(FATAL_ERROR "bellpull_generate(${target}): there is no program "
      "bellpull: it was not installed or built with the library")
  endif()
  if(NOT ARGN)
    message(FATAL_ERROR "bellpull_generate(${target}): name a schema")
  endif()
  get_target_property(program Bellpull::bellpull IMPORTED_LOCATION)
  set(folder ${CMAKE_CURRENT_BINARY_DIR}/${target}.bellpull)
  set(schemas)
  foreach(schema ${ARGN})
    get_filename_component(schema ${schema} ABSOLUTE)
    list(APPEND schemas ${schema})
  endforeach()
  # A service added to or renamed in a schema changes the list of files.
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${schemas})

  set(generate ${program} generate ${schemas} --output ${folder} --c)
  execute_process(COMMAND ${generate} --list
    OUTPUT_VARIABLE listed ERROR_VARIABLE said RESULT_VARIABLE code
    OUTPUT_STRIP_TRAILING_WHITESPACE)
  if(NOT code EQUAL 0)
    message(FATAL_ERROR "bellpull_generate(${target}):\n${said}")
  endif()
  string(REPLACE "\n" ";" listed "${listed}")
  set(files)
  set(folders)
  foreach(file ${listed})
    get_filename_component(file ${file} ABSOLUTE BASE_DIR ${folder})
    get_filename_component(place ${file} DIRECTORY)
    list(APPEND files ${file})
    list(APPEND folders ${place})
  endforeach()
  list(REMOVE_DUPLICATES folders)

  # Files that come out the same keep their time: touch marks the step done.
  set(depfile ${folder}.d)
  add_custom_command(OUTPUT ${files}
    COMMAND ${generate} --quiet --depfile ${depfile}
    COMMAND ${CMAKE_COMMAND} -E touch ${files}
    DEPENDS ${schemas} ${program} DEPFILE ${depfile} VERBATIM)
  add_library(${target} STATIC ${files})
  target_include_directories(${target} PUBLIC ${folders})
  target_link_libraries(${target} PUBLIC Bellpull::bell)
endfunction()
cmake_policy(POP)
