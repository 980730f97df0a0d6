package io.bop.aof.spring.boot.endpoint;

/**
 * Which part of a list an answer holds.
 *
 * @param number from 0
 * @param size entries of a full page
 * @param totalElements entries of the whole list
 * @param totalPages pages of the whole list
 */
record Page(int number, int size, int totalElements, int totalPages) {}
