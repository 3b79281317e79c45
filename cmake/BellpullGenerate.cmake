# bellpull_generate(TARGET SCHEMA...): a library of the typed clients of the
# schemas, made at build time and made again when a schema changes. Who links
# to TARGET can include <service>.h and needs nothing else. Of schemas that
# another step of the build makes, SERVICES NAME... says what is in them.
cmake_policy(PUSH)
cmake_policy(VERSION 3.20...3.25)

# The step that runs the program. Files that come out the same keep their time,
# and nothing is compiled: the build knows the step by a stamp.
function(bellpull__step out folder files generate)
  set(stamp ${folder}.stamp)
  set(depfile ${folder}.d)
  add_custom_command(OUTPUT ${stamp} BYPRODUCTS ${files}
    COMMAND ${generate} --quiet --depfile ${depfile}
    COMMAND ${CMAKE_COMMAND} -DDEPFILE=${depfile} -DSTAMP=${stamp}
      -P ${CMAKE_CURRENT_FUNCTION_LIST_DIR}/BellpullStamp.cmake
    DEPENDS ${ARGN} DEPFILE ${depfile} VERBATIM)
  set_source_files_properties(${files} PROPERTIES GENERATED TRUE)
  set(${out}_sources ${files} ${stamp} PARENT_SCOPE)
endfunction()

# The clients of schemas that are there: what they are called is known.
function(bellpull__clients out target program)
  set(folder ${CMAKE_CURRENT_BINARY_DIR}/${target}.bellpull)
  # A service added to or renamed in a schema changes the list of files.
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${ARGN})
  set(generate ${program} generate ${ARGN} --output ${folder} --c)
  execute_process(COMMAND ${generate} --list
    OUTPUT_VARIABLE listed ERROR_VARIABLE said RESULT_VARIABLE code
    OUTPUT_STRIP_TRAILING_WHITESPACE)
  if(NOT code EQUAL 0)
    # What is indented is shown as it is: FILE:LINE:COLUMN on one line.
    string(REPLACE "\n" "\n  " said "${said}")
    message(FATAL_ERROR "bellpull_generate(${target}):\n  ${said}")
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
  bellpull__step(${out} ${folder} "${files}" "${generate}" ${ARGN} ${program})
  set(${out}_sources ${${out}_sources} PARENT_SCOPE)
  set(${out}_folders ${folders} PARENT_SCOPE)
endfunction()

# The clients of schemas that another step makes: SERVICES says what they are
# called, for only the build can ask them.
function(bellpull__clients_of_made out target program services)
  set(folder ${CMAKE_CURRENT_BINARY_DIR}/${target}.bellpull/made)
  set(files)
  foreach(service ${services})
    list(APPEND files ${folder}/${service}.h ${folder}/${service}.c)
  endforeach()
  bellpull__step(${out} ${folder} "${files}"
    "${program};generate;${ARGN};--output;${folder};--c;--flat" ${ARGN}
    ${program})
  set(${out}_sources ${${out}_sources} PARENT_SCOPE)
  set(${out}_folders ${folder} PARENT_SCOPE)
endfunction()

function(bellpull__generate target)
  cmake_parse_arguments(PARSE_ARGV 1 given "" "" "SERVICES")
  set(schemas ${given_UNPARSED_ARGUMENTS})
  if(NOT TARGET Bellpull::bellpull AND BELLPULL_PROGRAM)
    add_executable(Bellpull::bellpull IMPORTED GLOBAL)
    set_target_properties(Bellpull::bellpull PROPERTIES
      IMPORTED_LOCATION "${BELLPULL_PROGRAM}")
  endif()
  if(NOT TARGET Bellpull::bellpull)
    message(FATAL_ERROR "bellpull_generate(${target}): there is no program "
      "bellpull: it was not installed or built with the library; "
      "-DBELLPULL_PROGRAM=PATH names one")
  endif()
  if(NOT schemas)
    message(FATAL_ERROR "bellpull_generate(${target}): name a schema")
  endif()
  get_target_property(program Bellpull::bellpull IMPORTED_LOCATION)
  set(there)
  set(made)
  foreach(schema ${schemas})
    get_filename_component(place ${schema} ABSOLUTE)
    get_filename_component(built ${schema} ABSOLUTE
      BASE_DIR ${CMAKE_CURRENT_BINARY_DIR})
    get_source_file_property(is_place ${place} GENERATED)
    get_source_file_property(is_built ${built} GENERATED)
    if(is_place)
      list(APPEND made ${place})
    elseif(is_built)
      list(APPEND made ${built})
    else()
      list(APPEND there ${place})
    endif()
  endforeach()
  if(made AND NOT given_SERVICES)
    message(FATAL_ERROR "bellpull_generate(${target}): the build makes a "
      "schema: say which services it has, SERVICES NAME...")
  endif()
  set(sources)
  set(folders)
  if(made)
    bellpull__clients_of_made(made ${target} ${program} "${given_SERVICES}"
      ${made})
    list(APPEND sources ${made_sources})
    list(APPEND folders ${made_folders})
  endif()
  if(there)
    bellpull__clients(all ${target} ${program} ${there})
    list(APPEND sources ${all_sources})
    list(APPEND folders ${all_folders})
  endif()
  add_library(${target} STATIC ${sources})
  target_include_directories(${target} PUBLIC ${folders})
  target_link_libraries(${target} PUBLIC Bellpull::bell)
endfunction()

# A macro, for a language is switched on for whoever calls: the clients are C,
# also in a project of C++ alone.
macro(bellpull_generate target)
  if(NOT CMAKE_C_COMPILER_LOADED)
    enable_language(C)
  endif()
  bellpull__generate(${target} ${ARGN})
endmacro()
cmake_policy(POP)
