"""What a folder of sessions rests on: files of ours alone, locks that exclude, room, and time that no clock changes."""
