# cmake -D SOURCE=… -D VERSION=… -D OUTPUT=… -P interface.cmake: writes the header that names the
# interface between usher and its plug-ins. The digest of the headers is what nobody can forget to
# count up; a file that would stay the same is not touched.

file(GLOB headers ${SOURCE}/mapping/*.h ${SOURCE}/connectors/*.h ${SOURCE}/connectors/http/*.h)
set(all "")
foreach(header IN LISTS headers)
  file(SHA256 ${header} digest)
  string(APPEND all "${digest}\n")
endforeach()
string(SHA256 digest "${all}")
string(SUBSTRING ${digest} 0 16 USHER_DIGEST)
set(USHER_VERSION ${VERSION})
configure_file(${SOURCE}/connectors/usher_interface.h.in ${OUTPUT} @ONLY)
