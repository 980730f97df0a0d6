package io.bop.aof.testkit.simulation;

/** What a name in a directory stands for. */
sealed interface Node permits FileContent, Directory {}
