package io.bop.aof.spring.listener;

/**
 * A delivery and its entry in the progress of its stream.
 *
 * @param delivery what the listener gets
 * @param entry to be marked when it was handled
 */
record Tracked(AofDelivery delivery, Progress.Entry entry) {}
