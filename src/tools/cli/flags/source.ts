import { Allowed } from '../../options/rules'

/** A folder, or false where `--no-source` leaves it out. */
export function Folder(): PropertyDecorator {
  return Allowed(
    'a folder',
    (value) => value === false || (typeof value === 'string' && value !== ''),
  )
}
