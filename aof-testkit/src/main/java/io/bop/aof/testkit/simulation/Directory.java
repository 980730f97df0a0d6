package io.bop.aof.testkit.simulation;

import java.util.TreeMap;

/** Names, as processes see them and as the disk has them for certain. Guarded by the disk. */
final class Directory implements Node {
  final TreeMap<String, Node> live = new TreeMap<>();
  final TreeMap<String, Node> durable = new TreeMap<>();
}
