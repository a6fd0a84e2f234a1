# Runs after the README's commands for Java, in the same shell: compiles the program, and runs it.
javac -nowarn -encoding UTF-8 -d classes "$HERE/Conformance.java" $(find client/src/main/java -name '*.java')
result
java -Dfile.encoding=UTF-8 -classpath "classes:$CLASSPATH" Conformance
