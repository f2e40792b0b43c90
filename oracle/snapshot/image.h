/*
 * The image of a process: everything private that can be written to, as it was at one moment.
 */
#ifndef TWINIX_IMAGE_H
#define TWINIX_IMAGE_H

/* Takes the image. What the caller's own stack frame holds is in it. */
void image_take(int proc);

/* Puts everything back; returns 0, or the taint LOST_MEMORY. It must run on a stack that is not part
 * of the image. */
unsigned image_restore(void);

/* Whether a descriptor was open when the image was taken. */
int image_has_descriptor(int descriptor);

#endif
