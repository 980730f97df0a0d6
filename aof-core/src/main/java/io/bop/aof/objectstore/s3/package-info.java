/** An object store in a bucket of an S3-compatible service; the only user of the AWS SDK. */
@NullMarked
package io.bop.aof.objectstore.s3;

import org.jspecify.annotations.NullMarked;
